import { connect } from 'node:net';
import { framed, readFramed } from './framed.ts';

/** A message of the Debug Adapter Protocol, as far as the tests read it. */
interface AdapterMessage {
  readonly type: 'event' | 'response' | 'request';
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

/** Where a program stands. */
interface Frame {
  readonly line: number;
  readonly source: { readonly path: string };
}

/** A client of a debugger that speaks that protocol, as editors are. */
export interface DebugAdapter {
  /** The next time that the program stops: where. */
  stopped(): Promise<Frame>;
  /** Lets it run, and leaves. */
  leave(): void;
  /** Resolves when the process, or who forwards its port, is gone. */
  readonly closed: Promise<void>;
}

interface AttachRequest {
  readonly port: number;
  /** What the debugger is told to attach with, as in an editor's launch configuration. */
  readonly configuration: object;
  /** A file as this machine has it, and lines counted from 1. */
  readonly breakpoints: { readonly path: string; readonly lines: readonly number[] };
}

/** Attaches, and sets breakpoints before anything goes on. */
export async function attachDebugAdapter(request: AttachRequest): Promise<DebugAdapter> {
  const { port, configuration, breakpoints } = request;
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const answers = new Map<number, (message: AdapterMessage) => void>();
  const listeners = new Map<string, (body: unknown) => void>();
  let lastId = 0;
  readFramed(socket, (read) => {
    const message = read as AdapterMessage;
    if (message.type === 'event') listeners.get(message.event ?? '')?.(message.body);
    else answers.get(message.request_seq ?? 0)?.(message);
  });

  const send = (command: string, args: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const seq = (lastId += 1);
      answers.set(seq, ({ success, message, body }) => {
        if (success === true) resolve(body);
        else reject(new Error(`${command}: ${message ?? ''}`));
      });
      void closed.then(() => reject(new Error(`${command}: the connection is closed`)));
      socket.write(framed({ seq, type: 'request', command, arguments: args }));
    });
  const once = (event: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      listeners.set(event, resolve);
      void closed.then(() => reject(new Error(`no ${event}: the connection is closed`)));
    });

  const initialized = once('initialized');
  initialized.catch(() => undefined);
  await send('initialize', { adapterID: 'test', pathFormat: 'path', linesStartAt1: true });
  const attached = send('attach', configuration);
  attached.catch(() => undefined);
  await Promise.race([initialized, attached]);
  await initialized;
  await send('setBreakpoints', {
    source: { path: breakpoints.path },
    breakpoints: breakpoints.lines.map((line) => ({ line })),
  });
  await send('configurationDone', {});
  await attached;
  return {
    closed,
    async stopped() {
      const { threadId } = (await once('stopped')) as { readonly threadId: number };
      const trace = await send('stackTrace', { threadId, levels: 1 });
      const [frame] = (trace as { readonly stackFrames: readonly Frame[] }).stackFrames;
      if (frame === undefined) throw new Error('it stands nowhere');
      return frame;
    },
    leave() {
      void send('disconnect', { terminateDebuggee: false }).catch(() => undefined);
    },
  };
}
