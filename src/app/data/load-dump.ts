import { rowDifferences, type DumpFacts, type DumpReader } from '../../data/dump-reader.ts';
import { dumpReader } from '../../data/read-dump.ts';
import { versionProblem } from '../../data/versions.ts';
import type { Failure } from '../../events/failure.ts';
import type { Bytes, OpenedData } from '../../ports/data-files.ts';
import type { KindDump } from '../../service-kinds/kind.ts';
import { counted } from '../../util/counted.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';
import {
  countsOf,
  interrupted,
  needScript,
  runScript,
  scriptFailure,
  startScript,
} from './run-script.ts';

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
  /** Called before it takes the place of the data. */
  readonly onSwap: () => void;
}

/** What was loaded. */
export interface LoadedDump {
  /** Undefined where it has none: of Redis. */
  readonly tables: number | undefined;
  readonly rows: number;
  /** The same in words. */
  readonly counted: string;
  /** What was left out, in words. */
  readonly left: readonly string[];
}

/** Status of a swap after which nothing is as it was. */
const CHANGED = 75;

/** Thrown by a source of bytes, to end what reads it. */
class Stopped extends Error {}

/** A dump without what does not belong into the database; ends at once when it must not be loaded. */
async function* chosen(source: Bytes, reader: DumpReader, check: () => boolean): Bytes {
  for await (const piece of source) {
    const kept = reader.push(piece);
    if (!check()) throw new Stopped();
    if (kept.length > 0) yield Buffer.concat(kept);
  }
  const rest = reader.end();
  if (!check()) throw new Stopped();
  yield* rest;
}

/** What can be loaded, as people call it. */
const FORMATS: Readonly<Record<KindDump['contents'], string>> = {
  postgres: 'neither SQL nor an archive of pg_dump',
  mysql: 'no SQL',
  redis: 'no RDB file',
  mongodb: 'no archive of mongodump',
};

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

/** Bytes through a program in the container that makes of them what can be loaded, where they need it. */
async function unpacked(
  { service, containerId, dump, called, opened }: LoadDump,
  context: DataContext,
): Promise<Result<{ readonly bytes: Bytes; finish(): Promise<Failure | undefined> }, Failure>> {
  const { unpack } = dump;
  if (unpack?.formats.includes(opened.format) !== true) {
    return ok({ bytes: opened.contents, finish: () => Promise.resolve(undefined) });
  }
  const doing = `reading ${called}`;
  const script = { doing, containerId, script: unpack.script, hasInput: true };
  const started = await startScript(script, context);
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
  return ok({ bytes: output, finish });
}

/** Roles or accounts of the server. */
async function accountsOf(
  { service, containerId, dump }: LoadDump,
  context: DataContext,
): Promise<Result<readonly string[], Failure>> {
  if (dump.accounts === undefined) return ok([]);
  const script = { doing: `asking ${service}`, containerId, script: dump.accounts };
  const said = await needScript(script, `${service} does not answer`, context);
  if (!said.ok) return said;
  const lines = said.value.split('\n').filter((line) => line !== '');
  return ok(lines.map((line) => String(JSON.parse(line))));
}

/** Puts the dump into the database beside. */
async function fill(request: LoadDump, context: DataContext): Promise<Result<DumpFacts, Failure>> {
  const { containerId, dump, called, opened, salt, version } = request;
  const { signal } = context.progress;
  const accounts = await accountsOf(request, context);
  if (!accounts.ok) return accounts;
  const reader = dumpReader(dump.contents, accounts.value);
  const problem = (): string | undefined =>
    reader.facts().problem ?? versionProblem('dump', reader.facts().version, version);
  const source = await unpacked(request, context);
  if (!source.ok) return source;
  const load = {
    ...{ doing: `loading ${called}`, containerId, script: dump.load, hasInput: true },
    args: [besideName(salt), `word${salt}`],
  };
  const loading = await startScript(load, context);
  if (!loading.ok) return loading;
  const check = (): boolean => {
    request.onBytes(opened.readBytes());
    return !signal.aborted && problem() === undefined;
  };
  let unread: unknown;
  try {
    await loading.value.feed(chosen(source.value.bytes, reader, check));
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
  context: DataContext,
): Promise<Result<ReadonlyMap<string, number>, Failure>> {
  const doing = `counting what is in ${service}`;
  const script = { doing, containerId, script: dump.count, args: [database] };
  const what = `what is in ${service} could not be counted`;
  return countsOf(script, what, context);
}

/** Loads, looks whether it is all there, and only then lets it take the other's place. */
async function loadBeside(
  request: LoadDump,
  expected: ReadonlyMap<string, number> | undefined,
  context: DataContext,
): Promise<Result<LoadedDump, Failure>> {
  const { service, containerId, dump, called, opened, salt, mayBeEmpty } = request;
  const formats = [...dump.formats, ...(dump.unpack?.formats ?? [])];
  if (!formats.includes(opened.format)) {
    return fail(
      refused(called, `it is no dump that ${service} can read: ${FORMATS[dump.contents]}`),
    );
  }
  const beside = besideName(salt);
  const doing = `making room beside what is in ${service}`;
  const prepare = { doing, containerId, script: dump.prepare, args: [beside] };
  const what = `no database could be made beside that of ${service}`;
  const made = await needScript(prepare, what, context);
  if (!made.ok) return made;
  const filled = await fill(request, context);
  if (!filled.ok) return filled;
  const facts = filled.value;
  if (!facts.hasStatements && !mayBeEmpty) return fail(refused(called, 'there is nothing in it'));
  if (!facts.isComplete)
    return fail(refused(called, 'it ends in the middle: the dump was cut off'));
  const rows = await countRows(beside, request, context);
  if (!rows.ok) return rows;
  if (rows.value.size === 0 && !mayBeEmpty)
    return fail(refused(called, `it makes no ${dump.counts[0] ?? dump.counts[1]}`));
  const [different, ...more] = rowDifferences(expected ?? facts.rows, rows.value, dump.fading);
  if (different !== undefined) {
    return fail({ ...refused(called, `not all of it arrived: ${different}`), detail: more });
  }
  if (context.progress.signal.aborted) return fail(interrupted);
  const swap = {
    ...{ doing: `putting ${called} in its place`, uncut: true },
    ...{ containerId, script: dump.swap, args: [beside, `onestack_replaced_${salt}`] },
  };
  request.onSwap();
  const swapped = await runScript(swap, context);
  if (!swapped.ok) return swapped;
  if (swapped.value.status !== 0) {
    const failure = scriptFailure(`${called} could not take the place of the data`, swapped.value);
    if (swapped.value.status !== CHANGED) return fail(failure);
    const cure = `The tables of ${called} are in place, what is named above is not: mend it, then any dev data command on ${service} goes on`;
    return fail({ ...failure, what: `${called} is in ${service}, but not all of it`, cure });
  }
  const sum = [...rows.value.values()].reduce((before, count) => before + count, 0);
  const [part, item] = dump.counts;
  const words = [
    ...(part === undefined ? [] : [counted(rows.value.size, part)]),
    counted(sum, item),
  ];
  return ok({
    tables: part === undefined ? undefined : rows.value.size,
    rows: sum,
    counted: words.join(', '),
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
  const doing = `removing what was replaced in ${service}`;
  const clear = { doing, uncut: true, containerId, script: dump.clear };
  const cleared = await needScript(clear, `${service}: what was replaced is not removed`, context);
  if (loaded.ok && !cleared.ok) {
    const { what, why = '' } = cleared.failure;
    context.progress.report({ kind: 'note', level: 'warning', text: `${what}: ${why}` });
  }
  return loaded.ok ? loaded : fail({ cure: UNCHANGED, ...loaded.failure });
}
