import type { Readable } from 'node:stream';
import type { Failure } from '../events/failure.ts';
import type { Engine } from '../ports/engine.ts';
import type { ExecOptions } from '../ports/engine-containers.ts';
import { ok, type Result } from '../util/result.ts';
import { PidLine, signalArgv, tellingPid } from './exec-pid.ts';

export interface CapturedRun extends Pick<
  ExecOptions,
  'argv' | 'environment' | 'workingDirectory'
> {
  readonly containerId: string;
  /** When aborted, the program gets SIGTERM, and is not waited for any longer. */
  readonly signal: AbortSignal;
  /** Called with each line of either stream. */
  readonly onLine: (line: string) => void;
}

/**
 * Runs a program in a container, without input or a terminal.
 * @returns its exit status; undefined when the signal was aborted first.
 */
export async function runCaptured(
  { containerId, argv, signal, onLine, ...options }: CapturedRun,
  engine: Pick<Engine, 'exec'>,
): Promise<Result<number | undefined, Failure>> {
  const started = await engine.exec(containerId, { ...options, argv: tellingPid(argv) });
  if (!started.ok) return started;
  const { stdout, stderr, exited, stream } = started.value;
  stream.on('error', () => undefined);
  const pid = new PidLine();
  const read = Promise.all([
    eachLine(
      stdout,
      (chunk) => pid.take(chunk),
      () => pid.rest(),
      onLine,
    ),
    eachLine(
      stderr,
      (chunk) => chunk,
      () => Buffer.alloc(0),
      onLine,
    ),
  ]);
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const status = await Promise.race([exited, aborted]);
  if (status === undefined && pid.pid !== undefined) {
    await engine.exec(containerId, { argv: signalArgv(pid.pid, 'TERM') });
  }
  if (status !== undefined) await read;
  stream.destroy();
  return ok(status);
}

/** Resolves when the stream has ended. */
function eachLine(
  stream: Readable,
  own: (chunk: Buffer) => Buffer,
  rest: () => Buffer,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let held = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (held + decoder.decode(own(chunk), { stream: true })).split('\n');
    held = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  return new Promise((resolve) => {
    const over = (): void => {
      held += decoder.decode(rest());
      if (held !== '') onLine(held);
      held = '';
      resolve();
    };
    stream.once('end', over);
    stream.once('close', over);
    stream.once('error', over);
  });
}
