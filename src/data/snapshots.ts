import { z } from 'zod';
import { isSnapshotName, type Snapshot } from '../model/snapshot.ts';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const SCHEMA = z.object({
  format: z.literal(1),
  service: z.string().min(1),
  name: z.string().refine(isSnapshotName),
  method: z.enum(['dump', 'volumes']),
  reason: z.enum(['asked', 'reset', 'restore']),
  kind: z.string().optional(),
  engineVersion: z.string().optional(),
  image: z.string(),
  takenAtMs: z.number(),
  files: z.array(
    z.object({
      // Nothing that leads out of its folder, whoever wrote it.
      name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
      bytes: z.number().nonnegative(),
      sha256: SHA256,
      contents: SHA256,
      volume: z.string().optional(),
    }),
  ),
  rows: z.record(z.string(), z.number().nonnegative()).optional(),
});

/** The snapshot that a `snapshot.json` tells of; undefined when it is none. */
export function parseSnapshot(text: string): Snapshot | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = SCHEMA.safeParse(document);
  if (!parsed.success) return undefined;
  const { kind, engineVersion, rows, files, ...rest } = parsed.data;
  return {
    ...rest,
    files: files.map(({ volume, ...file }) => ({
      ...file,
      ...(volume !== undefined && { volume }),
    })),
    ...(kind !== undefined && { kind }),
    ...(engineVersion !== undefined && { engineVersion }),
    ...(rows !== undefined && { rows }),
  };
}

/** The newest first; of one moment by name. */
export function newestFirst(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  return [...snapshots].sort(
    (a, b) => b.takenAtMs - a.takenAtMs || (a.name < b.name ? 1 : a.name > b.name ? -1 : 0),
  );
}

/** All but the newest `keep` of each service. */
export function prunable(snapshots: readonly Snapshot[], keep: number): readonly Snapshot[] {
  const seen = new Map<string, number>();
  return newestFirst(snapshots).filter(({ service }) => {
    const count = (seen.get(service) ?? 0) + 1;
    seen.set(service, count);
    return count > keep;
  });
}
