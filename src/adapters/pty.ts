import type * as NodePty from 'node-pty';
import type { Failure } from '../events/failure.ts';
import type { OpenPty, Pty, PtyOptions } from '../ports/pty.ts';
import type { Result } from '../util/result.ts';
import { fail, ok } from '../util/result.ts';

/** How long a program may take to end after the hang-up. */
const HANGUP_GRACE_MS = 2_000;

/** Programs on pseudo-terminals through node-pty, which loads with the first one. */
export const openPty: OpenPty = async (options) => {
  let module: typeof NodePty;
  try {
    module = await import('node-pty');
  } catch (error) {
    return fail(unsupported(error));
  }
  return spawn(module, options);
};

function unsupported(error: unknown): Failure {
  return {
    reason: 'host',
    what: 'This machine cannot open pseudo-terminals for panes.',
    why: error instanceof Error ? error.message : String(error),
    cure: 'Panes need node-pty, which comes ready-made for Linux with glibc 2.28 or newer and macOS, not for musl. `dev shell` and `dev logs` work without it.',
  };
}

function spawn(module: typeof NodePty, options: PtyOptions): Result<Pty, Failure> {
  const [program = '', ...args] = options.argv;
  const environment = Object.fromEntries(
    Object.entries(options.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const settings = {
    name: 'xterm-256color',
    cwd: options.cwd,
    env: environment,
    cols: options.columns,
    rows: options.rows,
    // Bytes, so that a character cut by a read is put together by the emulator.
    encoding: null,
  };
  let child: ReturnType<typeof module.spawn>;
  try {
    child = module.spawn(program, args, settings);
  } catch (error) {
    return fail({
      reason: 'host',
      what: `Cannot start ${program} on a terminal of its own.`,
      why: error instanceof Error ? error.message : String(error),
    });
  }
  let ended = false;
  const exited = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      ended = true;
      resolve(signal === undefined || signal === 0 ? exitCode : 128 + signal);
    });
  });
  const whileOpen = (action: () => void): void => {
    if (ended) return;
    try {
      action();
    } catch {
      // It ended between its last sign and this call.
    }
  };
  return ok({
    pid: child.pid,
    write: (data) => whileOpen(() => child.write(data)),
    resize: (columns, rows) => whileOpen(() => child.resize(columns, rows)),
    pause: () => child.pause(),
    resume: () => child.resume(),
    // With `encoding: null` node-pty hands out buffers, which its types do not say.
    onData: (listener) =>
      void child.onData((data: string | Uint8Array) =>
        listener(typeof data === 'string' ? Buffer.from(data) : data),
      ),
    exited,
    close: () => {
      whileOpen(() => child.kill('SIGHUP'));
      setTimeout(() => {
        whileOpen(() => process.kill(child.pid, 'SIGKILL'));
      }, HANGUP_GRACE_MS).unref();
    },
  });
}
