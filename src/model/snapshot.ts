/** Saved data of one service. `dump`: by the database's own tool; `volumes`: its volumes as they lay. */
export type SnapshotMethod = 'dump' | 'volumes';

/** Why it was taken: somebody asked, or the tool was about to change or remove what it holds. */
export type SnapshotReason = 'asked' | 'reset' | 'restore';

/** One file of a snapshot. */
export interface SnapshotFile {
  /** In the snapshot's folder. */
  readonly name: string;
  readonly bytes: number;
  /** sha256 of the file, hex. */
  readonly sha256: string;
  /** sha256 of what it holds, unpacked, hex. */
  readonly contents: string;
  /** The volume whose files these are; none for a dump. */
  readonly volume?: string;
}

/** All that is known of a snapshot, as `snapshot.json` in its folder says it. */
export interface Snapshot {
  readonly format: 1;
  readonly service: string;
  readonly name: string;
  readonly method: SnapshotMethod;
  readonly reason: SnapshotReason;
  /** Of the service: `postgres`; undefined where it is none that the tool knows. */
  readonly kind?: string;
  /** What the database's own program says: `17.5`. */
  readonly engineVersion?: string;
  /** The image that it ran, as the project calls it. */
  readonly image: string;
  /** Epoch milliseconds. */
  readonly takenAtMs: number;
  readonly files: readonly SnapshotFile[];
  /** Rows by table, of a dump. */
  readonly rows?: Readonly<Record<string, number>>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether a snapshot can be called that: a plain file's name, on every system. */
export function isSnapshotName(name: string): boolean {
  return NAME.test(name);
}

/** `2026-11-29-041503`, the person's clock being UTC: sorts by time. */
export function nameByTime(atMs: number): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().split('T');
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** Bytes of all its files. */
export function snapshotBytes({ files }: Pick<Snapshot, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
