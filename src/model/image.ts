/** A base image of the hierarchy: a folder with a Dockerfile, the project's or the tool's. */
export interface BaseImage {
  readonly name: string;
  /** Absolute folder of its Dockerfile and build context. */
  readonly directory: string;
  readonly origin: 'project' | 'tool';
  /** The base image that its last stage is built FROM; undefined for a root of the hierarchy. */
  readonly parent: string | undefined;
  /** Every base image that it needs: FROM of any stage and `COPY --from`. Sorted. */
  readonly uses: readonly string[];
  /** Images from outside the hierarchy that it needs: `debian:trixie-slim` for the root. Sorted. */
  readonly externals: readonly string[];
}
