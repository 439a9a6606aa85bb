import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { asPlugin } from './compose-plugin.ts';
import { ownPlatform } from './own-platform.ts';
import { LineSplitter } from '../util/line-splitter.ts';
import type { Finished, Processes, RunOptions } from '../ports/processes.ts';

/** Collects one stream as text and hands out its complete lines as they come. */
class LineCollector {
  text = '';
  readonly #lines: LineSplitter | undefined;
  readonly #decoder = new TextDecoder();

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#lines = onLine && new LineSplitter(onLine);
  }

  add(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.#take(this.#decoder.decode());
    this.#lines?.end();
  }

  #take(text: string): void {
    this.text += text;
    this.#lines?.add(text);
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

function run(asked: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { argv, env } = asPlugin(asked, ownPlatform(asked, options.env ?? process.env));
  const [program = '', ...args] = argv;
  const { onLine, signal, input } = options;
  const stdout = new LineCollector(onLine && ((line) => onLine(line, 'stdout')));
  const stderr = new LineCollector(onLine && ((line) => onLine(line, 'stderr')));
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let late: NodeJS.Timeout | undefined;
    const abort = (): void => {
      child.kill('SIGTERM');
      if (options.endMs === undefined) return;
      late = setTimeout(() => {
        child.kill('SIGKILL');
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, options.endMs);
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const finish = (status: number): void => {
      signal?.removeEventListener('abort', abort);
      clearTimeout(late);
      stdout.end();
      stderr.end();
      resolve({ status, stdout: stdout.text, stderr: stderr.text });
    };
    child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', (error) => {
      stderr.add(Buffer.from(`${error.message}\n`));
      finish('code' in error && error.code === 'EACCES' ? 126 : 127);
    });
    child.on('close', (code, by) => finish(by === null ? (code ?? 1) : 128 + signalNumber(by)));
    // A program that ends before it has read its input is not our failure.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin?.end(input);
  });
}

function interactive(
  argv: readonly string[],
  options: Pick<RunOptions, 'cwd' | 'env'> = {},
): Promise<number> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: ownPlatform(argv, options.env ?? process.env),
      stdio: 'inherit',
    });
    child.on('error', () => resolve(127));
    child.on('close', (code, by) => resolve(by === null ? (code ?? 1) : 128 + signalNumber(by)));
  });
}

/** Programs of the host. */
export const hostProcesses: Processes = { run, interactive };
