import type { Failure } from '../events/failure.ts';
import type { Account } from '../util/accounts.ts';
import type { Result } from '../util/result.ts';

/** Content in the store, named by what it is. */
export interface StoredBlob {
  /** sha256 of the bytes, hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Files of the host and where they lie when the archive is unpacked. */
export interface PackSource {
  /** Absolute folder. Nothing outside of it is read, whatever links say. */
  readonly folder: string;
  /** Files and folders in it, relative; `.` for all of it. */
  readonly paths: readonly string[];
  /** Folder in the archive: `app/api`. */
  readonly at: string;
}

/** A file of a layer. */
export interface LayerFile {
  /** In the archive, without a leading slash. */
  readonly name: string;
  /** All of it; empty for a link. */
  readonly bytes: Buffer;
}

/** Empty folders of somebody's, without those above them. */
export interface OwnedFolders {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly owner: Account;
}

export type ArtifactKind =
  | 'artifact'
  | 'dependencies'
  /** What builds and checks need installed: of each name the newest are kept. */
  | 'installed'
  | 'profiles'
  | 'check'
  | 'stage';

/** Something that was made once. */
export interface StoredArtifact {
  /** Hash of all that went into it. */
  readonly key: string;
  readonly kind: ArtifactKind;
  /** Name of the module, or of what it is. */
  readonly name: string;
  readonly blob: StoredBlob;
  /** Full hash of the commit that it was made of first. */
  readonly commit: string;
  /** Epoch milliseconds. */
  readonly madeAtMs: number;
  readonly tookMs: number;
}

/**
 * What builds have made, by content: an OCI image layout on disk. Safe to use by several processes:
 * what is there is whole, and never changed.
 */
export interface ArtifactStore {
  /** Folder with the blobs, each called by its digest. */
  readonly blobDirectory: string;
  /**
   * One archive of all sources: sorted, owned by nobody, each file of the same time.
   * @returns a failure of reason `check` where one of the secrets is in it; then nothing is kept.
   */
  pack(
    sources: readonly PackSource[],
    options: { readonly mtimeSeconds: number; readonly secrets?: readonly string[] },
  ): Promise<Result<StoredBlob, Failure>>;
  /** An archive of folders alone: one that is there where it is unpacked gets its owner. */
  packFolders(
    folders: OwnedFolders,
    options: { readonly mtimeSeconds: number },
  ): Promise<Result<StoredBlob, Failure>>;
  /** Text as a blob: the log of a check. */
  write(text: string): Promise<Result<StoredBlob, Failure>>;
  /** All that the store knows, by key. A store that is not there is empty; one that was altered fails. */
  read(): Result<ReadonlyMap<string, StoredArtifact>, Failure>;
  save(artifact: StoredArtifact): Promise<Result<void, Failure>>;
  /** Removes what those that were killed while they wrote have left; says how much it was. */
  sweep(): Promise<Result<number, Failure>>;
  /** Reads a blob and compares: a failure when it is not what its name says. */
  verify(blob: StoredBlob): Promise<Result<void, Failure>>;
  /** The same of an artifact: its contents, and what the store says of them. */
  verifyArtifact(artifact: StoredArtifact): Promise<Result<void, Failure>>;
  /** Shows every file and link of an archive, one by one. */
  look(blob: StoredBlob, visit: (file: LayerFile) => void): Promise<Result<void, Failure>>;
}
