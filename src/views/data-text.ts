import { snapshotBytes, type Snapshot } from '../model/snapshot.ts';
import { counted } from '../util/counted.ts';
import { sizeText } from '../util/size-text.ts';
import { ownLine } from '../util/terminal-text.ts';
import { tableText } from './table.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 days`, `1 hour`, `a moment`. */
export function ageText(ageMs: number): string {
  for (const [noun, ms] of UNITS) {
    if (ageMs >= ms) return counted(Math.floor(ageMs / ms), noun);
  }
  return 'a moment';
}

const WHY: Readonly<Record<Snapshot['reason'], string>> = {
  asked: '',
  reset: 'before a reset',
  restore: 'before a restore',
};

/**
 * Snapshots, the newest first.
 * @param services of which they are asked for; none: of all
 */
export function snapshotsText(
  snapshots: readonly Snapshot[],
  nowMs: number,
  services: readonly string[] = [],
): string {
  if (snapshots.length === 0) {
    const of = services.length === 0 ? '' : ` of ${ownLine(services.join(', '))}`;
    return `there is no snapshot${of}: dev data snapshot takes one\n`;
  }
  const rows = snapshots.map((one) => [
    one.service,
    one.name,
    sizeText(snapshotBytes(one)),
    ageText(Math.max(0, nowMs - one.takenAtMs)),
    [one.kind ?? one.image, one.engineVersion ?? ''].join(' ').trim(),
    one.method === 'dump' ? 'dump' : 'files',
    WHY[one.reason],
  ]);
  return tableText([['service', 'name', 'size', 'age', 'engine', 'how', ''], ...rows]);
}
