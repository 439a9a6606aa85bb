import { join } from 'node:path';
import { LineFeed } from '../../data/line-feed.ts';
import { PostgresDump, rowDifferences, type DumpFacts } from '../../data/postgres-dump.ts';
import type { Failure } from '../../events/failure.ts';
import type { SnapshotFile } from '../../model/snapshot.ts';
import type { Bytes } from '../../ports/data-files.ts';
import type { KindDump } from '../../service-kinds/kind.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';
import { interrupted, scriptFailure, startScript } from './run-script.ts';

/** A dump as a file, with what it holds. */
export interface SavedDump {
  readonly file: SnapshotFile;
  readonly facts: DumpFacts;
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

const EVERY_ROLE: ReadonlySet<string> = new Set();

/** Bytes of a dump as they are, while a reader counts along. */
async function* counted(source: Bytes, lines: LineFeed): Bytes {
  for await (const piece of source) {
    lines.push(piece);
    yield piece;
  }
  lines.end();
}

/** Reads a dump's file from the disk, all of it, as somebody who restores it would. */
async function readBack(path: string, { data }: DataContext): Promise<Result<DumpFacts, Failure>> {
  const opened = await data.open(path);
  if (!opened.ok) return opened;
  const reader = new PostgresDump(EVERY_ROLE);
  const lines = new LineFeed(reader);
  for await (const piece of opened.value.contents) lines.push(piece);
  lines.end();
  return ok(reader.facts());
}

/** Has the database's own program write a dump, and does not believe it before it is read again. */
export async function saveDump(
  request: SaveDump,
  context: DataContext,
): Promise<Result<SavedDump, Failure>> {
  const { service, containerId, dump, packing } = request;
  const { signal } = context.progress;
  const path = join(request.folder, request.name);
  const running = await startScript({ containerId, script: dump.dump }, context.engine, signal);
  if (!running.ok) return running;
  const reader = new PostgresDump(EVERY_ROLE);
  const source = counted(running.value.output, new LineFeed(reader));
  const options = { packing, signal, onBytes: request.onBytes };
  const written = await context.data.write(path, source, options);
  if (!written.ok) {
    running.value.abandon();
    return written;
  }
  const ended = await running.value.ended;
  if (signal.aborted) return fail(interrupted);
  const facts = reader.facts();
  if (ended.status !== 0 || !facts.isComplete) {
    return fail(scriptFailure(`${dump.tool} of ${service} did not end well`, ended));
  }
  const again = await context.data.measure(path, packing);
  if (!again.ok) return again;
  const read = await readBack(path, context);
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
  return ok({ file: { name: request.name, ...written.value }, facts });
}
