import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Console, TakenTerminal } from '../../ports/console.ts';
import type { Host } from '../../ports/host.ts';
import type { Connection, Sockets } from '../../ports/sockets.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { CLIENT_VARIABLES } from './capabilities.ts';
import { FrameDecoder, MESSAGE, frame } from './wire.ts';
import type { Bye, Hello } from './wire.ts';

export interface AttachRequest {
  readonly devDirectory: string;
  /** Name or number of the window to begin with. */
  readonly window: string | undefined;
  /** Only this pane: `WINDOW/INDEX`. */
  readonly pane: string | undefined;
  readonly signal: AbortSignal;
}

export interface AttachWorld {
  readonly console: Console;
  readonly sockets: Sockets;
  readonly clock: Clock;
  readonly host: Pick<Host, 'environment'>;
  /** Starts the host of the panes in the background. */
  readonly startHost: () => void;
}

/** The other screen, no cursor, mouse with drags in SGR coordinates, marked pastes. */
export const DASHBOARD_MODES = {
  enter: '\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2J',
  leave: '\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[0m\x1b[2J\x1b[?1049l\x1b[?25h',
} as const;

const CONNECT_MS = 10_000;
const RETRY_MS = 10;

/**
 * Shows the dashboard on this terminal until the person leaves or the environment ends; whatever
 * happens, the terminal is given back.
 * @returns the line to print on the terminal afterwards.
 */
export async function attachDashboard(
  request: AttachRequest,
  world: AttachWorld,
): Promise<Result<Bye, Failure>> {
  // The terminal and the host get ready side by side.
  const [terminal, connection] = await Promise.all([
    world.console.take(DASHBOARD_MODES),
    connect(request, world),
  ]);
  try {
    if (connection === undefined) return fail(noHost(request.devDirectory));
    return ok(await show(connection, terminal, request, world));
  } finally {
    terminal.release();
    world.console.closeInput();
    connection?.end();
  }
}

async function connect(
  { devDirectory, signal }: AttachRequest,
  { sockets, clock, startHost }: AttachWorld,
): Promise<Connection | undefined> {
  const path = join(devDirectory, 'dash.sock');
  const found = await sockets.connect(path);
  if (found !== undefined) return found;
  startHost();
  const deadline = clock.now() + CONNECT_MS;
  while (clock.now() < deadline && !signal.aborted) {
    const started = await sockets.connect(path);
    if (started !== undefined) return started;
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
  return undefined;
}

function show(
  connection: Connection,
  terminal: TakenTerminal,
  request: AttachRequest,
  world: AttachWorld,
): Promise<Bye> {
  return new Promise((resolve) => {
    const decoder = new FrameDecoder();
    connection.onData((data) => {
      for (const { type, payload } of decoder.read(data)) {
        if (type === MESSAGE.output) terminal.write(payload);
        else if (type === MESSAGE.suspend) terminal.suspend();
        else if (type === MESSAGE.bye) resolve(JSON.parse(payload.toString('utf8')) as Bye);
      }
    });
    connection.onClose(() => resolve({ status: 1, text: 'the dashboard’s host has gone' }));
    request.signal.addEventListener('abort', () => resolve({ status: 0 }), { once: true });
    terminal.onInput((data) => void connection.write(frame(MESSAGE.input, data)));
    const sendSize = (): void => {
      connection.write(frame(MESSAGE.size, JSON.stringify(terminal.size())));
    };
    terminal.onResize(sendSize);
    terminal.onResumed(sendSize);
    const hello: Hello = {
      ...terminal.size(),
      environment: Object.fromEntries(
        CLIENT_VARIABLES.map((name) => [name, world.host.environment[name]]),
      ),
      ...(request.window === undefined ? {} : { window: request.window }),
      ...(request.pane === undefined ? {} : { pane: request.pane }),
    };
    connection.write(frame(MESSAGE.hello, JSON.stringify(hello)));
  });
}

function noHost(devDirectory: string): Failure {
  return {
    reason: 'files',
    what: 'the dashboard did not start',
    why: `nobody listens at ${join(devDirectory, 'dash.sock')}`,
    cure: `Look into ${join(devDirectory, 'logs/dash.log')}`,
  };
}
