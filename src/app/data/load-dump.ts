import { LineFeed } from '../../data/line-feed.ts';
import { PostgresDump, rowDifferences, type DumpFacts } from '../../data/postgres-dump.ts';
import { versionProblem } from '../../data/versions.ts';
import type { Failure } from '../../events/failure.ts';
import type { Bytes, OpenedData } from '../../ports/data-files.ts';
import type { KindDump } from '../../service-kinds/kind.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';
import { interrupted, needScript, scriptFailure, startScript } from './run-script.ts';

export interface LoadDump {
  readonly service: string;
  readonly containerId: string;
  readonly dump: KindDump;
  /** As people know the dump: a file, a snapshot. */
  readonly called: string;
  readonly opened: OpenedData;
  /** Of the server that it is to go into. */
  readonly version: string | undefined;
  /** Whether a dump that makes no table is what was meant: of an empty database. */
  readonly mayBeEmpty: boolean;
  /** Eight hex digits that nobody has used. */
  readonly salt: string;
  readonly onBytes: (bytes: number) => void;
}

/** What was loaded. */
export interface LoadedDump {
  readonly tables: number;
  readonly rows: number;
  /** What was left out, in words. */
  readonly left: readonly string[];
}

/** Thrown by a source of bytes, to end what reads it. */
class Stopped extends Error {}

/** SQL without what does not belong into the database; ends at once when it must not be loaded. */
async function* chosen(source: Bytes, reader: PostgresDump, check: () => boolean): Bytes {
  const lines = new LineFeed(reader);
  for await (const piece of source) {
    const kept = lines.push(piece);
    if (!check()) throw new Stopped();
    if (kept.length > 0) yield Buffer.concat(kept);
  }
  const rest = lines.end();
  if (!check()) throw new Stopped();
  yield* rest;
}

/** What people want to know first when it did not work. */
export const UNCHANGED = 'Nothing was changed: the data is as it was';

function refused(called: string, why: string): Failure {
  return {
    reason: 'usage',
    what: `${called} is not loaded`,
    why,
    cure: UNCHANGED,
  };
}

function badData(called: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  return refused(called, `it cannot be read to its end: ${why}`);
}

/** Bytes through a program in the container that makes SQL of them. */
async function unpacked(
  { service, containerId, dump, called, opened }: LoadDump,
  { engine, progress }: DataContext,
): Promise<Result<{ readonly sql: Bytes; finish(): Promise<Failure | undefined> }, Failure>> {
  if (!dump.unpackFormats.includes(opened.format)) {
    return ok({ sql: opened.contents, finish: () => Promise.resolve(undefined) });
  }
  const script = { containerId, script: dump.unpack, hasInput: true };
  const started = await startScript(script, engine, progress.signal);
  if (!started.ok) return started;
  const { output, ended, feed, abandon } = started.value;
  const fed = feed(opened.contents).then(
    () => undefined,
    (error: unknown) => {
      abandon();
      return badData(called, error);
    },
  );
  const finish = async (): Promise<Failure | undefined> => {
    const wrong = await fed;
    if (wrong !== undefined) return wrong;
    const end = await ended;
    return end.status === 0
      ? undefined
      : scriptFailure(`${called} is no dump that ${service} can read`, end);
  };
  return ok({ sql: output, finish });
}

/** Puts the SQL into the database beside. */
async function fill(request: LoadDump, context: DataContext): Promise<Result<DumpFacts, Failure>> {
  const { service, containerId, dump, called, opened, salt, version } = request;
  const { engine, progress } = context;
  const { signal } = progress;
  const roles = await needScript(
    { containerId, script: dump.roles },
    `${service} does not answer`,
    engine,
    signal,
  );
  if (!roles.ok) return roles;
  const names = roles.value.split('\n').filter((line) => line !== '');
  const reader = new PostgresDump(new Set(names.map((line) => String(JSON.parse(line)))));
  const problem = (): string | undefined =>
    reader.facts().problem ?? versionProblem('dump', reader.facts().version, version);
  const source = await unpacked(request, context);
  if (!source.ok) return source;
  const load = {
    ...{ containerId, script: dump.load, hasInput: true },
    args: [besideName(salt), `word${salt}`],
  };
  const loading = await startScript(load, engine, signal);
  if (!loading.ok) return loading;
  const check = (): boolean => {
    request.onBytes(opened.readBytes());
    return !signal.aborted && problem() === undefined;
  };
  let unread: unknown;
  try {
    await loading.value.feed(chosen(source.value.sql, reader, check));
  } catch (error) {
    unread = error;
    loading.value.abandon();
  }
  if (signal.aborted) return fail(interrupted);
  const why = problem();
  if (why !== undefined) return fail(refused(called, why));
  if (unread !== undefined) return fail(badData(called, unread));
  const ended = await loading.value.ended;
  if (ended.status !== 0) return fail(scriptFailure(`${called} could not be loaded`, ended));
  const wrong = await source.value.finish();
  return wrong === undefined ? ok(reader.facts()) : fail(wrong);
}

const besideName = (salt: string): string => `onestack_restoring_${salt}`;

async function countRows(
  database: string,
  { service, containerId, dump }: LoadDump,
  { engine, progress }: DataContext,
): Promise<Result<ReadonlyMap<string, number>, Failure>> {
  const script = { containerId, script: dump.count, args: [database] };
  const what = `the tables of ${service} could not be counted`;
  const counted = await needScript(script, what, engine, progress.signal);
  if (!counted.ok) return counted;
  const lines = counted.value.split('\n').filter((line) => line !== '');
  return ok(new Map(lines.map((line) => JSON.parse(line) as [string, number])));
}

/** Loads, looks whether it is all there, and only then lets it take the other's place. */
async function loadBeside(
  request: LoadDump,
  expected: ReadonlyMap<string, number> | undefined,
  context: DataContext,
): Promise<Result<LoadedDump, Failure>> {
  const { service, containerId, dump, called, opened, salt, mayBeEmpty } = request;
  const { engine, progress } = context;
  if (opened.format !== 'text' && !dump.unpackFormats.includes(opened.format)) {
    return fail(
      refused(called, `it is no dump that ${service} can read: neither SQL nor an archive`),
    );
  }
  const beside = besideName(salt);
  const prepare = { containerId, script: dump.prepare, args: [beside] };
  const what = `no database could be made beside that of ${service}`;
  const made = await needScript(prepare, what, engine, progress.signal);
  if (!made.ok) return made;
  const filled = await fill(request, context);
  if (!filled.ok) return filled;
  const facts = filled.value;
  if (!facts.hasStatements && !mayBeEmpty) return fail(refused(called, 'there is no SQL in it'));
  if (!facts.isComplete)
    return fail(refused(called, 'it ends in the middle: the dump was cut off'));
  const rows = await countRows(beside, request, context);
  if (!rows.ok) return rows;
  if (rows.value.size === 0 && !mayBeEmpty) return fail(refused(called, 'it makes no table'));
  const [different, ...more] = rowDifferences(expected ?? facts.rows, rows.value);
  if (different !== undefined) {
    return fail({ ...refused(called, `not all of it arrived: ${different}`), detail: more });
  }
  if (progress.signal.aborted) return fail(interrupted);
  const swap = { containerId, script: dump.swap, args: [beside, `onestack_replaced_${salt}`] };
  // Not to be interrupted: it is done in a moment, or not at all.
  const uncut = new AbortController().signal;
  const swapped = await needScript(
    swap,
    `${called} could not take the place of the data`,
    engine,
    uncut,
  );
  if (!swapped.ok) return swapped;
  return ok({
    tables: rows.value.size,
    rows: [...rows.value.values()].reduce((sum, count) => sum + count, 0),
    left: [...facts.left].map(([text, count]) => `left out ${String(count)}: ${text}`),
  });
}

/**
 * Loads a dump into a database beside the service's, and swaps the two when all of it is there. Whatever
 * goes wrong, and whenever it is killed, the data stays as it was.
 * @param expected rows by table; those that the dump tells of itself where it is not given.
 */
export async function loadDump(
  request: LoadDump,
  expected: ReadonlyMap<string, number> | undefined,
  context: DataContext,
): Promise<Result<LoadedDump, Failure>> {
  const loaded = await loadBeside(request, expected, context);
  const { containerId, dump, service } = request;
  // What is left of it, and of what was replaced. The next one does it too.
  const uncut = new AbortController().signal;
  const clear = { containerId, script: dump.clear };
  const cleared = await needScript(
    clear,
    `${service}: what was replaced is not removed`,
    context.engine,
    uncut,
  );
  if (loaded.ok && !cleared.ok) {
    const { what, why = '' } = cleared.failure;
    context.progress.report({ kind: 'note', level: 'warning', text: `${what}: ${why}` });
  }
  return loaded.ok ? loaded : fail({ cure: UNCHANGED, ...loaded.failure });
}
