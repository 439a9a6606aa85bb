import type { Shared } from './compose-view.ts';

/** One service as the definition wants it, reduced to what planning compares. */
export interface DesiredService {
  readonly name: string;
  /** Of the whole merged service; the container carries it as a label. */
  readonly hash: string;
  /** Fingerprints of the files that it mounts; the container carries them as a label. */
  readonly files: string;
  /** The reference that the container must run. */
  readonly image: string;
  /** How many containers it has: `deploy.replicas` or `scale`, else 1. */
  readonly replicas: number;
  /** Others wait for its end: exited with 0 is right. */
  readonly oneShot: boolean;
  /** Nobody waits for its end, but ended with 0 it is done. */
  readonly mayEnd: boolean;
  /** Services that must be there before it, whatever the condition. */
  readonly dependsOn: readonly string[];
  /** Services that its container shares something with: when theirs is made anew, so is this one's. */
  readonly joins: ReadonlyMap<string, Shared>;
  /** Services that it is to be started again with. */
  readonly restartsWith: readonly string[];
  /** Named volumes of the project that hold its data, as the engine names them. */
  readonly dataVolumes: readonly string[];
  /** Folders with dependencies that it lets through from its image, below sources that are mounted. */
  readonly letThrough: readonly string[];
  /** What changed since the definition was last applied: `compose/dev.yaml:14 changed ports`. */
  readonly changes: readonly string[];
}

/** Label that carries `DesiredService.hash` on the container. */
export const HASH_LABEL = 'dev.onestack.service-hash';
