/** Facts of the machine and of the person at the keyboard. They do not change while a command runs. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly cores: number;
  readonly uid: number;
  /** Login name. */
  readonly user: string;
  readonly gid: number;
  readonly home: string;
  readonly workingDirectory: string;
  /** Absolute folder of the tool's own files: base-images, compose, profiles, tools-container. */
  readonly toolDirectory: string;
  readonly toolVersion: string;
  /** Without the `v`: `20.19.0`. */
  readonly nodeVersion: string;
  /** Absolute path of Node's program. */
  readonly nodePath: string;
  /** Of this process. */
  readonly pid: number;
  /** The C library that Node is linked with; `other` where the question makes no sense. */
  libc(): 'glibc' | 'musl' | 'other';
  readonly environment: Readonly<Record<string, string | undefined>>;
}
