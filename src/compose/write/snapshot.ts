import type { DocumentSnapshot, SnapshotValue } from './diff.ts';

export function writeSnapshot(snapshot: DocumentSnapshot): string {
  return `${JSON.stringify(snapshot)}\n`;
}

/** Reads a snapshot back; undefined when it is damaged or of another format: nothing is known. */
export function readSnapshot(text: string): DocumentSnapshot | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return snapshotOf(parsed);
}

/** The same of what was parsed already. */
export function snapshotOf(parsed: unknown): DocumentSnapshot | undefined {
  if (!isRecord(parsed) || parsed['format'] !== 1 || !isRecord(parsed['values'])) return undefined;
  const values: Record<string, SnapshotValue> = {};
  for (const [path, entry] of Object.entries(parsed['values'])) {
    if (!isRecord(entry) || typeof entry['at'] !== 'string') return undefined;
    const value = entry['value'];
    if (
      value !== null &&
      typeof value !== 'string' &&
      typeof value !== 'number' &&
      typeof value !== 'boolean'
    ) {
      return undefined;
    }
    values[path] = { value, at: entry['at'] };
  }
  return { format: 1, values };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
