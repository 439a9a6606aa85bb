import WebSocket from 'ws';

interface CallFrame {
  /** The line counts from 0. */
  readonly location: { readonly scriptId: string; readonly lineNumber: number };
}

interface Paused {
  readonly reason: string;
  readonly callFrames: readonly CallFrame[];
}

/** A client of Node's inspector. */
export interface Inspector {
  send(method: string, params?: object): Promise<unknown>;
  /** The script's address, as the process knows it. */
  urlOf(scriptId: string | undefined): string | undefined;
  /** The next time that the program stops. */
  paused(): Promise<Paused>;
  /** Resolves when the process, or who forwards its port, is gone. */
  readonly closed: Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface PromiseWithResult {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Where the inspector of a process listens; undefined while none does. */
export async function inspectorAddress(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${String(port)}/json/list`, {
      signal: AbortSignal.timeout(10_000),
    });
    const [first] = (await response.json()) as readonly { webSocketDebuggerUrl: string }[];
    return first?.webSocketDebuggerUrl;
  } catch {
    return undefined;
  }
}

export async function attachInspector(address: string): Promise<Inspector> {
  const socket = new WebSocket(address);
  const answers = new Map<number, PromiseWithResult>();
  const waiting: ((paused: Paused) => void)[] = [];
  const scripts = new Map<string, string>();
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const { id, method, params, result } = JSON.parse(data.toString()) as Message;
    if (id !== undefined) answers.get(id)?.resolve(result);
    if (method === 'Debugger.scriptParsed') {
      const script = params as { readonly scriptId: string; readonly url: string };
      scripts.set(script.scriptId, script.url);
    }
    if (method === 'Debugger.paused') waiting.shift()?.(params as Paused);
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => {
    for (const { reject } of answers.values()) reject(new Error('the process has gone'));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('close', reject));
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1);
        answers.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    urlOf: (scriptId = '') => scripts.get(scriptId),
    paused: () => new Promise((resolve) => waiting.push(resolve)),
    closed,
  };
}
