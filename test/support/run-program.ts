import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A program that has ended, with everything it printed. */
export interface Outcome {
  readonly argv: readonly string[];
  /** Exit status; 128 + n when signal n ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A program that may still be running. */
export interface Running {
  readonly argv: readonly string[];
  readonly pid: number;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Undefined while it runs. */
  status(): number | undefined;
  /** Signals the program alone, not its children. */
  kill(signal: NodeJS.Signals): void;
  /** SIGKILL for the program and every child that stayed in its process group. */
  killGroup(): void;
  /** Rejects when the program cannot be started, or when `timeoutMs` has passed (it is killed). */
  readonly finished: Promise<Outcome>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to the environment of the tests; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to stdin, which is then closed. Without it stdin is empty. */
  readonly input?: string;
  /** Five minutes when not given. */
  readonly timeoutMs?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a real program, without a terminal, in a process group of its own. */
export function startProgram(argv: readonly string[], options: ProgramOptions = {}): Running {
  const [program = '', ...args] = argv;
  const timeoutMs = options.timeoutMs ?? 300_000;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: 'pipe',
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  // A program that does not read its stdin closes it early: no business of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  const status = () => exitStatus(child.exitCode, child.signalCode);
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  const finished = new Promise<Outcome>((resolve, reject) => {
    const timer = setTimeout(() => {
      const state =
        status() === undefined ? 'is still running' : 'has exited, but a child holds its output';
      killGroup();
      reject(
        new Error(
          `${argv.join(' ')} ${state} after ${timeoutMs} ms\n${stdout.join('')}${stderr.join('')}`,
        ),
      );
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', () => {
      clearTimeout(timer);
      resolve({
        argv,
        status: status() ?? 0,
        stdout: stdout.join(''),
        stderr: stderr.join(''),
        durationMs: Math.round(performance.now() - startedAt),
      });
    });
  });

  // Whoever awaits it sees the rejection; nobody has to.
  finished.catch(() => undefined);

  return {
    argv,
    pid: child.pid ?? 0,
    stdout: () => stdout.join(''),
    stderr: () => stderr.join(''),
    status,
    kill: (signal) => void child.kill(signal),
    killGroup,
    finished,
  };
}

/** Runs a real program to its end. */
export function runProgram(argv: readonly string[], options: ProgramOptions = {}) {
  return startProgram(argv, options).finished;
}

function exitStatus(code: number | null, signal: NodeJS.Signals | null): number | undefined {
  if (signal !== null) return 128 + constants.signals[signal];
  return code ?? undefined;
}

/** The person's environment, without what the test runner adds to its own. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const added = /^(VITEST.*|NODE_ENV|NODE_V8_COVERAGE|TEST|DEV|PROD|MODE|SSR|BASE_URL)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}
