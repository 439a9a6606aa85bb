import type { Failure } from '../events/failure.ts';
import type { Places } from '../model/places.ts';
import type { Clock } from '../ports/clock.ts';
import type { Console, TakenTerminal, TerminalSize } from '../ports/console.ts';
import type { Host } from '../ports/host.ts';
import type { Connection, Sockets } from '../ports/sockets.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { CLIENT_VARIABLES } from './capabilities.ts';
import { encodeFrame, type Frame } from '../util/frames.ts';
import { MESSAGE, messageDecoder } from './wire.ts';
import type { Bye, Hello } from './wire.ts';

type DashboardPlace = Pick<Places, 'dashboard' | 'socketKey'>;

export interface AttachRequest {
  readonly places: DashboardPlace;
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
  /** Gets ready what to show until it is there. */
  readonly firstFrame: () => Promise<(size: TerminalSize) => string>;
}

/** The other screen, no cursor, mouse with drags in SGR coordinates, marked pastes. */
export const DASHBOARD_MODES = {
  enter: '\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2J',
  leave: '\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[0m\x1b[2J\x1b[?1049l\x1b[?25h',
} as const;

const CONNECT_MS = 10_000;
const RETRY_MS = 10;
/** So many hosts one after the other that end before they have shown anything are enough. */
const MOST_FAILURES = 3;

/**
 * Shows the dashboard on this terminal until the person leaves or the environment ends; whatever
 * happens, the terminal is given back. A host that is killed meanwhile is started again.
 * @returns the line to print on the terminal afterwards.
 */
export async function attachDashboard(
  request: AttachRequest,
  world: AttachWorld,
): Promise<Result<Bye, Failure>> {
  // The terminal and the host get ready side by side.
  const taking = world.console.take(DASHBOARD_MODES);
  const early = new EarlyFrame(taking, world);
  let connecting = connect(request, world, () => void early.show());
  const terminal = await taking;
  const client = new Client(terminal, request, world, early);
  try {
    let isReturn = false;
    let failures = 0;
    while (failures < MOST_FAILURES) {
      const connection = await connecting;
      if (connection === undefined) return fail(noHost(request.places));
      const end = await client.show(connection, isReturn);
      connection.end();
      if (end !== 'lost') return end;
      isReturn = true;
      // One that is just dying may still have taken the connection; a broken one never shows anything.
      failures = client.hasShown ? 0 : failures + 1;
      connecting = connect(request, world, () => undefined);
    }
    return fail(noHost(request.places));
  } finally {
    terminal.release();
    world.console.closeInput();
  }
}

/** This terminal, at whichever host it is attached. */
class Client {
  /** Whether the host that is or was attached last has shown anything. */
  hasShown = false;
  readonly #terminal: TakenTerminal;
  readonly #request: AttachRequest;
  readonly #hello: Omit<Hello, 'columns' | 'rows'>;
  readonly #early: EarlyFrame;
  #connection: Connection | undefined;
  /** What is typed while there is no host is for it all the same. */
  #typed: Buffer[] = [];

  constructor(
    terminal: TakenTerminal,
    request: AttachRequest,
    { host: { environment } }: AttachWorld,
    early: EarlyFrame,
  ) {
    this.#terminal = terminal;
    this.#request = request;
    this.#early = early;
    const { window, pane } = request;
    this.#hello = {
      environment: Object.fromEntries(CLIENT_VARIABLES.map((name) => [name, environment[name]])),
      ...(window === undefined ? {} : { window }),
      ...(pane === undefined ? {} : { pane }),
    };
    terminal.onInput((data) => {
      if (this.#connection === undefined) this.#typed.push(data);
      else this.#connection.write(encodeFrame(MESSAGE.input, data));
    });
    const sendSize = (): void => {
      this.#connection?.write(encodeFrame(MESSAGE.size, JSON.stringify(terminal.size())));
    };
    terminal.onResize(sendSize);
    terminal.onResumed(sendSize);
  }

  /** Until it is over: how the host said so, or `lost` when it is gone without a word. */
  show(connection: Connection, isReturn: boolean): Promise<Result<Bye, Failure> | 'lost'> {
    this.hasShown = false;
    const hello: Hello = { ...this.#hello, ...this.#terminal.size(), isReturn };
    connection.write(encodeFrame(MESSAGE.hello, JSON.stringify(hello)));
    for (const data of this.#typed.splice(0)) connection.write(encodeFrame(MESSAGE.input, data));
    this.#connection = connection;
    return new Promise((resolve) => {
      const decoder = messageDecoder();
      connection.onData((data) => {
        try {
          for (const message of decoder.add(data)) {
            const bye = this.#take(message);
            if (bye !== undefined) resolve(ok(bye));
          }
        } catch {
          resolve(fail(STRANGE_HOST));
        }
      });
      connection.onClose(() => {
        this.#connection = undefined;
        resolve('lost');
      });
      const leave = (): void => resolve(ok({ status: 0 }));
      this.#request.signal.addEventListener('abort', leave, { once: true });
    });
  }

  #take({ type, payload }: Frame): Bye | undefined {
    if (type === MESSAGE.output) {
      this.#early.isLate = true;
      this.hasShown = true;
      this.#terminal.write(payload);
    } else if (type === MESSAGE.suspend) {
      this.#terminal.suspend();
    } else if (type === MESSAGE.bye) {
      return JSON.parse(payload.toString('utf8')) as Bye;
    }
    return undefined;
  }
}

/** Shown while the host of the panes starts, unless that was quicker. */
class EarlyFrame {
  isLate = false;
  readonly #terminal: Promise<TakenTerminal>;
  readonly #firstFrame: AttachWorld['firstFrame'];

  constructor(terminal: Promise<TakenTerminal>, { firstFrame }: AttachWorld) {
    this.#terminal = terminal;
    this.#firstFrame = firstFrame;
  }

  async show(): Promise<void> {
    const [draw, terminal] = await Promise.all([this.#firstFrame(), this.#terminal]);
    if (!this.isLate) terminal.write(draw(terminal.size()));
  }
}

async function connect(
  { places, signal }: AttachRequest,
  { sockets, clock, startHost }: AttachWorld,
  onStarting: () => void,
): Promise<Connection | undefined> {
  const at = { socket: places.dashboard.socket, key: places.socketKey };
  const found = await sockets.connect(at);
  if (found !== undefined) return found;
  startHost();
  onStarting();
  const deadline = clock.steady() + CONNECT_MS;
  while (clock.steady() < deadline && !signal.aborted) {
    const started = await sockets.connect(at);
    if (started !== undefined) return started;
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
  return undefined;
}

function noHost({ dashboard }: DashboardPlace): Failure {
  return {
    reason: 'files',
    what: 'the dashboard’s background process does not start, or ended at once',
    why: `nobody answers at ${dashboard.socket}`,
    cure: `Look into ${dashboard.log}`,
  };
}

const STRANGE_HOST: Failure = {
  reason: 'service',
  what: 'what the dashboard’s background process says cannot be understood',
  why: 'it may be of another version of the tool',
  cure: 'dev down, then dev up',
};
