/** Compose files that are merged in no project at all. */
export interface FilesRequest {
  /** As given on the command line: absolute, or relative to the working directory. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  readonly interpolate: boolean;
  /** `-p`: wins over `name:` in the files. */
  readonly projectName: string | undefined;
}
