import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** A page that is served. */
export interface ServedPage {
  /** `http://127.0.0.1:41234/`. */
  readonly url: string;
  /** Ends every connection; resolves when all are gone. */
  close(): Promise<void>;
}

/** The page as it is now, with a tag that changes with it. */
export interface PageVersion {
  readonly text: string;
  /** With its quotes: `"abc"`. */
  readonly tag: string;
}

/** One page for browsers of this person on this machine; others are cut off, where the system tells who they are. */
export interface PageServer {
  /**
   * @param port 0: any free one
   * @param page asked for each request; must not reject
   * Failure `port-taken` where somebody else listens there; `host` where the system refuses it.
   */
  serve(port: number, page: () => Promise<PageVersion>): Promise<Result<ServedPage, Failure>>;
}
