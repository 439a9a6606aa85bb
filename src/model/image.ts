/** A base image of the hierarchy: a folder with a Dockerfile, the project's or the tool's. */
export interface BaseImage {
  readonly name: string;
  /** Absolute folder of its Dockerfile and build context. */
  readonly directory: string;
  readonly origin: 'project' | 'tool';
  /** The base image that it is built FROM; undefined for the hierarchy's root, which has `root`. */
  readonly parent: string | undefined;
  /** The pulled root image, for the hierarchy's root only: `debian:trixie-slim`. */
  readonly root: string | undefined;
}
