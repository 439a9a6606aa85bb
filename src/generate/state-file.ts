import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { ok, type Result } from '../util/result.ts';

interface Dependencies {
  readonly files: Files;
  readonly clock: Clock;
  readonly report: Report;
}

/**
 * Reads one of the tool's own JSON files. One that is damaged is kept aside under another name and
 * said; then it is as if there were none.
 * @param parse gives undefined for data of another shape.
 */
export function readState<T>(
  path: string,
  parse: (data: unknown) => T | undefined,
  { files, clock, report }: Dependencies,
): Result<T | undefined, Failure> {
  const bytes = files.readBytes(path);
  // Not to be let in is no damage: what cannot be read stays where it is.
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return ok(undefined);
  const value = parseJson(new TextDecoder().decode(bytes.value), parse);
  if (value !== undefined) return ok(value);
  const aside = `${path}.broken-${String(clock.now())}`;
  const renamed = files.rename(path, aside);
  if (!renamed.ok) return renamed;
  report({ kind: 'note', level: 'warning', text: `${path} was damaged; it is kept as ${aside}` });
  return ok(undefined);
}

function parseJson<T>(text: string, parse: (data: unknown) => T | undefined): T | undefined {
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Writes one of the tool's own JSON files, readable by its owner only. One that says the same stays
 * untouched: where nothing was written, nothing has to be found out again.
 */
export function writeState(path: string, value: unknown, files: Files): Result<void, Failure> {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  const before = files.read(path);
  if (before.ok && before.value === text) return ok(undefined);
  return files.writeAtomic(path, text, { mode: 0o600 });
}
