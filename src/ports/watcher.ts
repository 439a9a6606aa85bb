/** How a watch is set up. Paths are absolute. */
export interface WatchRequest {
  readonly root: string;
  /** What is not looked at; folders for which this is true are never entered. */
  readonly ignored: (path: string, kind: 'file' | 'directory') => boolean;
  /** Ends it, while it is still being set up, too. */
  readonly signal: AbortSignal;
}

/** What a watch tells. Calls may come in any order and repeat themselves. */
export interface WatchSink {
  /** Something may have happened to this file: written, made, removed, renamed. */
  touched(path: string): void;
  /** A folder came, with whatever is in it by now. */
  folderAdded(path: string): void;
  /** A folder went, with everything that was in it. */
  folderRemoved(path: string): void;
  /** This folder is the next one, after so many: what it hangs at, if it hangs. */
  entering(folder: string, entries: number): void;
  /** Something is not watched: the rest is. */
  failed(failure: WatchFailure): void;
}

/** Why something is not watched. */
export type WatchFailure =
  /** No more watches (ENOSPC) or no more watchers (EMFILE) are to be had. */
  | { readonly kind: 'limit'; readonly message: string }
  /** This folder may not be read, or does not answer. */
  | { readonly kind: 'folder'; readonly folder: string; readonly message: string };

export interface Watch {
  /** How many folders are watched. */
  readonly entries: number;
  covers(folder: string): boolean;
  /** Watches one more folder below the root, and tells of it as of one that came. */
  add(folder: string): void;
  close(): void;
}

/** Tells of changes of the host's files by the system's events. */
export interface Watcher {
  /** Resolves when everything that is there is watched, or its signal is aborted. */
  start(request: WatchRequest, sink: WatchSink): Promise<Watch>;
  /**
   * Whether events come from this folder, tried with a file of its own in it: on some network and
   * virtual file systems they never do.
   */
  eventsArrive(directory: string): Promise<boolean>;
}

/** A look at one file: what tells whether its contents are others than before. */
export type FileLook =
  | {
      readonly kind: 'file';
      /**
       * Changes whenever the file is written, touched, or another one takes its place. Of a file that
       * was written a moment ago it is one of its own at every look: file systems count time in steps.
       */
      readonly stamp: string;
      /** Of the contents; undefined for what is too large, cannot be read, or was not asked for. */
      readonly digest: string | undefined;
      /** Epoch milliseconds of the last change of the file or its name; nobody can set it. */
      readonly changedAtMs: number;
    }
  | { readonly kind: 'directory' }
  | { readonly kind: 'none' };

/** Reads files for the watcher. */
export interface FileLooks {
  /**
   * Looks at a file. Its contents are not read, and `digest` is undefined, while it still has the
   * known stamp, or with `stampOnly`.
   */
  look(
    path: string,
    options: {
      readonly knownStamp?: string | undefined;
      readonly stampOnly?: boolean;
      /** Of a link to a file, that file is looked at; else the link, as a file of its own. */
      readonly through?: boolean;
    },
  ): Promise<FileLook>;
  /**
   * What time it is by the clock that stamps files in this folder, in epoch milliseconds: that of
   * another machine at times, and behind this one's by a step. Undefined where none can be made.
   */
  timeIn(directory: string): Promise<number | undefined>;
  /**
   * Names in a folder with their kind; empty when there is none, undefined when it cannot be read.
   * A link is a file of its own; pipes, sockets and devices are left out.
   */
  list(
    path: string,
  ): Promise<readonly { readonly name: string; readonly kind: 'file' | 'directory' }[] | undefined>;
}
