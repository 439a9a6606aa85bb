import { readSync } from 'node:fs';
import type * as NodePty from 'node-pty';
import { libc } from './host.ts';
import type { Failure } from '../events/failure.ts';
import type { OpenPty, Pty, PtyOptions } from '../ports/pty.ts';
import type { Result } from '../util/result.ts';
import { fail, ok } from '../util/result.ts';

/** A program that has ended and says nothing for so many looks in a row has said everything. */
const QUIET_LOOKS = 3;
const LOOK_MS = 20;
/** How long a program may take to end after the hang-up. */
const HANGUP_GRACE_MS = 2_000;

/** Asked once: it takes some milliseconds. */
let isMusl: boolean | undefined;

/** Programs on pseudo-terminals through node-pty, which loads with the first one. */
export const openPty: OpenPty = async (options) => {
  let module: typeof NodePty;
  try {
    // Its build for glibc is there on musl as well, and loads; with the first terminal the process crashes.
    isMusl ??= libc() === 'musl';
    if (isMusl) return fail(unsupported(new Error('the terminal library has no build for musl')));
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
    // It becomes TERM, whatever the environment says.
    name: environment['TERM'] ?? 'xterm-256color',
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
  const listeners: ((data: Uint8Array) => void)[] = [];
  const reading = keepUnread(child, (data) => {
    for (const listener of listeners) listener(data);
  });
  return ok({
    pid: child.pid,
    write: (data) => whileOpen(() => child.write(data)),
    resize: (columns, rows) => whileOpen(() => child.resize(columns, rows)),
    pause: () => {
      reading.isHeld = true;
      child.pause();
    },
    resume: () => {
      reading.isHeld = false;
      child.resume();
    },
    // With `encoding: null` node-pty hands out buffers, which its types do not say.
    onData: (listener) => {
      listeners.push(listener);
      child.onData((data: string | Uint8Array) =>
        listener(typeof data === 'string' ? Buffer.from(data) : data),
      );
    },
    exited,
    close: () => {
      whileOpen(() => child.kill('SIGHUP'));
      setTimeout(() => {
        whileOpen(() => process.kill(child.pid, 'SIGKILL'));
      }, HANGUP_GRACE_MS).unref();
    },
  });
}

/** What is under node-pty's terminal, which its types do not show. */
interface Inner {
  readonly fd?: number;
  readonly _socket?: {
    destroy: (error?: Error) => unknown;
    on(event: 'data' | 'end', listener: () => void): unknown;
  };
}

/**
 * A program that ends in the middle of a flood must not lose its last lines, the ones that say why.
 * They are lost in two places. libuv takes the hang-up for the end after one more read, of 4 KiB at
 * most: what the kernel still holds is read here at `end`. And node-pty destroys its stream 200 ms
 * after the program's end, read or not: here it is left alone until it is empty, not while we hold
 * back ourselves, and not before several looks found nothing.
 */
function keepUnread(child: NodePty.IPty, onRest: (data: Uint8Array) => void): { isHeld: boolean } {
  const reading = { isHeld: false };
  const { _socket: socket, fd } = child as NodePty.IPty & Inner;
  if (socket === undefined || fd === undefined) return reading;
  const destroy = socket.destroy.bind(socket);
  let hasNews = false;
  socket.on('data', () => {
    hasNews = true;
  });
  socket.on('end', () => {
    for (const data of unread(fd)) onRest(data);
  });
  const look = (quiet: number): void => {
    if (quiet >= QUIET_LOOKS) {
      destroy();
      return;
    }
    const isQuiet = !hasNews && !reading.isHeld;
    hasNews = false;
    // After a timer and before the next, Node reads what there is.
    setTimeout(() => setImmediate(look, isQuiet ? quiet + 1 : 0), LOOK_MS);
  };
  let isLooking = false;
  socket.destroy = (error) => {
    // With an error it is the stream's own end: the kernel has nothing more.
    if (error !== undefined) return destroy(error);
    if (!isLooking) look(0);
    isLooking = true;
    return socket;
  };
  return reading;
}

/** Everything that can be read of a terminal without waiting. */
function* unread(fd: number): Generator<Uint8Array> {
  const buffer = Buffer.alloc(64 * 1024);
  for (;;) {
    let length: number;
    try {
      length = readSync(fd, buffer);
    } catch {
      // EIO: nothing more, ever. EAGAIN: nothing for now.
      return;
    }
    if (length === 0) return;
    yield Uint8Array.from(buffer.subarray(0, length));
  }
}
