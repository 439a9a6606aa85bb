import type { Duplex } from 'node:stream';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Bytes } from '../../ports/data-files.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { whilePatient } from './patience.ts';

/** Where scripts run, and who is told. */
export interface ScriptWorld {
  readonly engine: Pick<Engine, 'exec'>;
  readonly world: Pick<World, 'clock'>;
  readonly progress: Pick<Progress, 'report' | 'signal'>;
}

export interface ScriptRun {
  /** What it is at, in a few words. */
  readonly doing: string;
  /** It is done in a moment or not at all, and no Ctrl-C is to cut it off. */
  readonly uncut?: boolean;
  readonly containerId: string;
  /** Shell text. What it is given stands in `$1`, `$2`: never a credential. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly user?: string;
}

/** How a script ended. */
export interface Ended {
  readonly status: number;
  /** The last lines that it said on stderr. */
  readonly said: readonly string[];
}

/** A script that runs in a container. */
export interface RunningScript {
  readonly output: Bytes;
  /** Resolves when it has ended and `output` is read. */
  readonly ended: Promise<Ended>;
  /** Gives it these bytes and the end of them; stops early when it ends before. */
  readonly feed: (input: Bytes) => Promise<void>;
  /** Lets go of it: what it reads ends here, what it writes is lost. */
  readonly abandon: () => void;
}

const SAID_LINES = 12;
const SAID_BYTES = 16_384;

export const interrupted: Failure = { reason: 'interrupted', what: 'interrupted' };

/**
 * Starts shell text in a container. Where nothing comes of it for long that is said; what cannot be
 * interrupted is let go of then.
 */
export async function startScript(
  run: ScriptRun & { readonly hasInput?: boolean },
  { engine, world, progress }: ScriptWorld,
): Promise<Result<RunningScript, Failure>> {
  const { doing, uncut = false } = run;
  const signal = uncut ? new AbortController().signal : progress.signal;
  if (signal.aborted) return fail(interrupted);
  const started = await engine.exec(run.containerId, {
    argv: ['sh', '-c', run.script, 'dev-data', ...(run.args ?? [])],
    ...(run.user !== undefined && { user: run.user }),
    stdin: run.hasInput ?? false,
  });
  if (!started.ok) return started;
  const { stream, stdout, stderr, exited } = started.value;
  stream.on('error', () => undefined);
  const abandon = (): void => {
    stream.destroy();
  };
  signal.addEventListener('abort', abandon, { once: true });
  let said = '';
  let gaveUp = false;
  const giveUp = (): void => {
    gaveUp = true;
    abandon();
  };
  const patience = { doing, uncut, over: exited, giveUp };
  const stirs = whilePatient(patience, world.clock, progress.report);
  stderr.on('data', (chunk: Buffer) => {
    stirs();
    said = (said + chunk.toString('utf8')).slice(-SAID_BYTES);
  });
  const lines = (): readonly string[] => [
    ...(gaveUp ? ['error: it did not come to its end within ten minutes'] : []),
    ...said
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-SAID_LINES),
  ];
  const ended = exited.then((status) => {
    signal.removeEventListener('abort', abandon);
    return { status, said: lines() };
  });
  return ok({
    output: stirring(stdout, stirs),
    ended,
    feed: (input) => feed(stream, stirring(input, stirs), exited),
    abandon,
  });
}

/** The same bytes; tells of each piece that goes by. */
async function* stirring(source: Bytes, stirs: () => void): Bytes {
  for await (const piece of source) {
    stirs();
    yield piece;
  }
}

async function feed(stream: Duplex, input: Bytes, exited: Promise<number>): Promise<void> {
  const program = { isOver: false };
  const over = exited.then(() => {
    program.isOver = true;
  });
  for await (const piece of input) {
    if (program.isOver || stream.destroyed) return;
    if (stream.write(piece)) continue;
    await Promise.race([over, new Promise((resolve) => stream.once('drain', resolve))]);
  }
  if (!stream.destroyed) stream.end();
}

/** A script that says little, to its end. */
export async function runScript(
  run: ScriptRun & { readonly input?: Bytes },
  world: ScriptWorld,
): Promise<Result<Ended & { readonly text: string }, Failure>> {
  const { input } = run;
  const started = await startScript({ ...run, hasInput: input !== undefined }, world);
  if (!started.ok) return started;
  const { output, feed: give, abandon } = started.value;
  const abandoned = (error: unknown): Error => {
    abandon();
    return error instanceof Error ? error : new Error(String(error));
  };
  const fed =
    input === undefined ? Promise.resolve(undefined) : give(input).then(() => undefined, abandoned);
  const pieces: Buffer[] = [];
  for await (const piece of output) pieces.push(piece);
  const ended = await started.value.ended;
  const unread = await fed;
  if (unread !== undefined) throw unread;
  if (run.uncut !== true && world.progress.signal.aborted) return fail(interrupted);
  return ok({ ...ended, text: Buffer.concat(pieces).toString('utf8') });
}

/** The same where nothing but success will do. */
export async function needScript(
  run: ScriptRun,
  what: string,
  world: ScriptWorld,
): Promise<Result<string, Failure>> {
  const ran = await runScript(run, world);
  if (!ran.ok) return ran;
  if (ran.value.status !== 0) return fail(scriptFailure(what, ran.value));
  return ok(ran.value.text);
}

/** What a script prints as counts, `["public.orders", 12]` a line, of what it is given or has. */
export async function countsOf(
  run: ScriptRun,
  what: string,
  world: ScriptWorld,
  input?: Bytes,
): Promise<Result<ReadonlyMap<string, number>, Failure>> {
  const ran = await runScript({ ...run, ...(input !== undefined && { input }) }, world);
  if (!ran.ok) return ran;
  if (ran.value.status !== 0) return fail(scriptFailure(what, ran.value));
  const lines = ran.value.text.split('\n').filter((line) => line !== '');
  return ok(new Map(lines.map((line) => JSON.parse(line) as [string, number])));
}

/** What the system says of a disk, in programs' words, and what helps. */
const DISK = [
  {
    says: /No space left on device|Disk quota exceeded/,
    why: 'the disk that the data lies on is full',
    cure: 'Make room there (dev images prune, docker system df), then run it again',
  },
  {
    says: /Read-only file system/,
    why: 'the disk that the data lies on is read-only',
    cure: 'Look after that disk, then run it again',
  },
] as const;

/** What a script that failed is told as: the first that it says of an error, which the rest follows from. */
export function scriptFailure(what: string, { status, said }: Ended): Failure {
  const disk = DISK.find(({ says }) => said.some((line) => says.test(line)));
  if (disk !== undefined) {
    return { reason: 'service', what, why: disk.why, cure: disk.cure, detail: said };
  }
  const first = said.find((line) => /\b(?:error|fatal|panic)\b/i.test(line)) ?? said.at(-1);
  return {
    reason: 'service',
    what,
    why: first?.trim() ?? `it ended with status ${String(status)}`,
    ...(said.length > 1 && { detail: said }),
  };
}
