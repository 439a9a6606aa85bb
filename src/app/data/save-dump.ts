import { join } from 'node:path';
import { rowDifferences, type DumpFacts, type DumpReader } from '../../data/dump-reader.ts';
import { dumpReader } from '../../data/read-dump.ts';
import type { Failure } from '../../events/failure.ts';
import type { SnapshotFile } from '../../model/snapshot.ts';
import type { Bytes } from '../../ports/data-files.ts';
import type { KindDump } from '../../service-kinds/kind.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';
import { countsOf, interrupted, scriptFailure, startScript } from './run-script.ts';

/** A dump as a file, with what it holds. */
export interface SavedDump {
  readonly file: SnapshotFile;
  /** What was counted, by table. */
  readonly rows: ReadonlyMap<string, number>;
}

export interface SaveDump {
  readonly service: string;
  readonly containerId: string;
  readonly dump: KindDump;
  /** Absolute folder of the file, and its name in it. */
  readonly folder: string;
  readonly name: string;
  readonly packing: 'none' | 'gzip';
  readonly onBytes: (bytes: number) => void;
}

/** Bytes of a dump as they are, while a reader counts along. */
async function* watched(source: Bytes, reader: DumpReader): Bytes {
  for await (const piece of source) {
    reader.push(piece);
    yield piece;
  }
  reader.end();
}

/** Reads a dump's file from the disk, all of it, as somebody who restores it would. */
async function readBack(
  path: string,
  { dump }: SaveDump,
  { data }: DataContext,
): Promise<Result<DumpFacts, Failure>> {
  const opened = await data.open(path);
  if (!opened.ok) return opened;
  const reader = dumpReader(dump.contents, []);
  for await (const piece of opened.value.contents) reader.push(piece);
  reader.end();
  return ok(reader.facts());
}

/** What the database's own programs find in the file, where it cannot be counted as it goes by. */
async function inspected(
  path: string,
  { service, containerId, dump }: SaveDump,
  context: DataContext,
): Promise<Result<ReadonlyMap<string, number> | undefined, Failure>> {
  if (dump.inspect === undefined) return ok(undefined);
  const opened = await context.data.open(path);
  if (!opened.ok) return opened;
  const doing = `reading the dump of ${service} again`;
  const script = { doing, containerId, script: dump.inspect };
  const what = `${dump.tool} of ${service} cannot be read again`;
  return countsOf(script, what, context, opened.value.contents);
}

/** Has the database's own program write a dump, and does not believe it before it is read again. */
export async function saveDump(
  request: SaveDump,
  context: DataContext,
): Promise<Result<SavedDump, Failure>> {
  const { service, containerId, dump, packing } = request;
  const { signal } = context.progress;
  const path = join(request.folder, request.name);
  const doing = `${dump.tool} of ${service}`;
  const script = { doing, containerId, script: dump.dump };
  const running = await startScript(script, context);
  if (!running.ok) return running;
  const reader = dumpReader(dump.contents, []);
  const source = watched(running.value.output, reader);
  const options = { packing, signal, onBytes: request.onBytes };
  const written = await context.data.write(path, source, options);
  if (!written.ok) {
    running.value.abandon();
    return written;
  }
  const ended = await running.value.ended;
  if (signal.aborted) return fail(interrupted);
  const facts = reader.facts();
  if (ended.status !== 0 || !facts.isComplete || facts.problem !== undefined) {
    return fail(scriptFailure(`${dump.tool} of ${service} did not end well`, ended));
  }
  const again = await context.data.measure(path, packing);
  if (!again.ok) return again;
  const read = await readBack(path, request, context);
  if (!read.ok) return read;
  const same = again.value.sha256 === written.value.sha256;
  if (!same || rowDifferences(facts.rows, read.value.rows).length > 0 || !read.value.isComplete) {
    return fail({
      reason: 'files',
      what: `${path} is not what was written`,
      why: 'read again from the disk, it is different',
      cure: 'Look after the disk; then try again',
    });
  }
  const counted = await inspected(path, request, context);
  if (!counted.ok) return counted;
  return ok({ file: { name: request.name, ...written.value }, rows: counted.value ?? facts.rows });
}
