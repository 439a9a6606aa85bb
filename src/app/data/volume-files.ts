import { join } from 'node:path';
import { LineFeed } from '../../data/line-feed.ts';
import {
  archiveProblem,
  LIST_ARCHIVE,
  PACK_VOLUME,
  STAGE,
  SWAP,
  UNPACK_BESIDE,
} from '../../data/volume-scripts.ts';
import type { Failure } from '../../events/failure.ts';
import type { SnapshotFile } from '../../model/snapshot.ts';
import type { OpenedData } from '../../ports/data-files.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';
import { interrupted, needScript, scriptFailure, startScript } from './run-script.ts';

export interface SaveVolume {
  readonly volume: string;
  readonly containerId: string;
  /** Absolute folder of the file, and its name in it. */
  readonly folder: string;
  readonly name: string;
  readonly packing: 'none' | 'gzip';
  readonly onBytes: (bytes: number) => void;
}

/** Copies all files of a volume into one, and reads that one again. */
export async function saveVolume(
  { volume, containerId, folder, name, packing, onBytes }: SaveVolume,
  context: DataContext,
): Promise<Result<SnapshotFile, Failure>> {
  const { data, progress } = context;
  const { signal } = progress;
  const script = { doing: `copying ${volume}`, containerId, script: PACK_VOLUME };
  const running = await startScript(script, context);
  if (!running.ok) return running;
  const path = join(folder, name);
  const written = await data.write(path, running.value.output, { packing, signal, onBytes });
  if (!written.ok) {
    running.value.abandon();
    return written;
  }
  const ended = await running.value.ended;
  if (signal.aborted) return fail(interrupted);
  if (ended.status !== 0) return fail(scriptFailure(`${volume} could not be copied`, ended));
  const again = await data.measure(path, packing);
  if (!again.ok) return again;
  if (
    again.value.sha256 !== written.value.sha256 ||
    again.value.contents !== written.value.contents
  ) {
    const what = `${path} is not what was written`;
    return fail({ reason: 'files', what, why: 'read again from the disk, it is different' });
  }
  return ok({ name, volume, ...written.value });
}

/** Looks through an archive before anything of it is unpacked. */
export async function checkArchive(
  containerId: string,
  called: string,
  opened: OpenedData,
  context: DataContext,
): Promise<Result<void, Failure>> {
  const { progress } = context;
  const refused = (why: string): { readonly ok: false; readonly failure: Failure } =>
    fail({
      reason: 'usage',
      what: `${called} is not restored`,
      why,
      cure: 'Nothing was changed: the data is as it was',
    });
  if (opened.format !== 'tar') return refused('it is no archive of a volume: tar, packed or not');
  const script = { doing: `reading ${called}`, containerId, script: LIST_ARCHIVE, hasInput: true };
  const listing = await startScript(script, context);
  if (!listing.ok) return listing;
  let problem: string | undefined;
  const lines = new LineFeed({
    until: undefined,
    rows: () => undefined,
    line: (text) => {
      problem ??= archiveProblem(text);
      return false;
    },
  });
  let unread: string | undefined;
  const fed = listing.value.feed(opened.contents).catch((error: unknown) => {
    unread = error instanceof Error ? error.message : String(error);
    listing.value.abandon();
  });
  for await (const piece of listing.value.output) lines.push(piece);
  lines.end();
  const ended = await listing.value.ended;
  await fed;
  if (progress.signal.aborted) return fail(interrupted);
  if (problem !== undefined) return refused(problem);
  if (unread !== undefined) return refused(`it cannot be read to its end: ${unread}`);
  return ended.status === 0
    ? ok(undefined)
    : fail(scriptFailure(`${called} is no whole archive`, ended));
}

export interface RestoreVolume {
  readonly volume: string;
  readonly containerId: string;
  /** As people know it. */
  readonly called: string;
  readonly opened: OpenedData;
  /** sha256 that the same files packed again have; undefined for archives of others. */
  readonly contents: string | undefined;
  readonly salt: string;
  readonly onBytes: (bytes: number) => void;
}

/** Unpacks an archive into a folder beside the volume's files, and compares. */
export async function unpackBeside(
  request: RestoreVolume,
  context: DataContext,
): Promise<Result<void, Failure>> {
  const { progress } = context;
  const { containerId, called, opened, contents, salt, onBytes } = request;
  const script = {
    ...{ doing: `unpacking ${called}`, containerId, script: UNPACK_BESIDE },
    ...{ args: [`${STAGE}${salt}`], hasInput: true },
  };
  const running = await startScript(script, context);
  if (!running.ok) return running;
  let unread: Failure | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const piece of opened.contents) {
      onBytes(opened.readBytes());
      yield piece;
    }
  }
  const fed = running.value.feed(watched()).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    unread = { reason: 'usage', what: `${called} cannot be read to its end`, why };
    running.value.abandon();
  });
  let said = '';
  for await (const piece of running.value.output) said += piece.toString('utf8');
  const ended = await running.value.ended;
  await fed;
  if (progress.signal.aborted) return fail(interrupted);
  if (unread !== undefined) return fail(unread);
  if (ended.status !== 0) return fail(scriptFailure(`${called} could not be unpacked`, ended));
  if (contents === undefined || said.trim() === contents) return ok(undefined);
  return fail({
    reason: 'files',
    what: `${called} is not restored`,
    why: 'unpacked, its files are not those that were saved',
    cure: 'Nothing was changed: the data is as it was',
  });
}

/** The unpacked files take the place of the volume's; to be called while nobody has them open. */
export async function swapVolume(
  {
    volume,
    containerId,
    called,
    salt,
  }: Pick<RestoreVolume, 'volume' | 'containerId' | 'called' | 'salt'>,
  context: DataContext,
): Promise<Result<void, Failure>> {
  const script = {
    // Renames, a moment.
    ...{ doing: `putting ${called} in its place`, uncut: true },
    ...{ containerId, script: SWAP, args: [`${STAGE}${salt}`] },
  };
  const what = `${called} could not take the place of ${volume}`;
  const swapped = await needScript(script, what, context);
  return swapped.ok ? ok(undefined) : swapped;
}
