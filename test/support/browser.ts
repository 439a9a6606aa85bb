import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { ownName } from './own-run.ts';
import { ensurePackage } from './ensure-package.ts';

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** A page in a real browser, with all that it said and asked for. */
export interface BrowserPage {
  /** Why it was not shown: `net::ERR_CERT_AUTHORITY_INVALID`. */
  readonly problem: string | undefined;
  /** Errors of the console, of scripts and of the page's own rules. */
  readonly errors: readonly string[];
  /** Addresses that it asked for, its own first. */
  readonly requests: readonly string[];
  look(how: Look): Promise<void>;
  /** Evaluates an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** PNG of all of it, or of its first `height` pixels. */
  screenshot(): Promise<Buffer>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const START_MS = 60_000;
/** Containers of other tests come and go, and networks with them: it says nothing of the page. */
const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`chromium: ${said}`)), START_MS);
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const [, endpoint] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (endpoint === undefined) return;
      clearTimeout(late);
      resolve(endpoint);
    });
    child.once('exit', () => reject(new Error(`chromium ended: ${said}`)));
  });
}

/** Headless Chromium, spoken to by its own protocol. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #listeners = new Map<string, (answer: Answer) => void>();
  #last = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer & { readonly sessionId?: string };
      if (answer.id !== undefined) this.#answers.get(answer.id)?.(answer);
      else this.#listeners.get(answer.sessionId ?? '')?.(answer);
    });
  }

  /** @param home the person's, whose store of certificates it reads. */
  static async start(home?: string): Promise<Browser> {
    await ensurePackage('chromium');
    const folder = mkdtempSync(join(tmpdir(), `${ownName()}-browser-`));
    const child = spawn(
      'chromium',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
        ...['--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, ...(home !== undefined && { HOME: home }) },
      },
    );
    const socket = new WebSocket(await endpointOf(child));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Browser(child, socket, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#send('Browser.close', {}).catch(() => undefined);
    await ended;
    this.#socket.terminate();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #send(
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result, error } = await answered;
    this.#answers.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** Opens an address and waits until all of it is there. */
  async open(url: string, how: Look): Promise<BrowserPage> {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const attach = { targetId, flatten: true };
    const session = String((await this.#send('Target.attachToTarget', attach))['sessionId']);
    const send = (method: string, params: object = {}) => this.#send(method, params, session);
    const errors: string[] = [];
    const requests: string[] = [];
    let loaded: () => void;
    const whole = new Promise<void>((resolve) => (loaded = resolve));
    this.#listeners.set(session, ({ method, params = {} }) => {
      const told = JSON.stringify(params);
      if (method === 'Page.loadEventFired') loaded();
      if (method === 'Runtime.exceptionThrown') errors.push(told);
      if (method === 'Runtime.consoleAPICalled' && /"type":"(error|warning)"/.test(told)) {
        errors.push(told);
      }
      if (method === 'Log.entryAdded') errors.push(told);
      if (method === 'Network.requestWillBeSent') {
        requests.push((params['request'] as { readonly url: string }).url);
      }
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
    const look = async ({ width, height = 900, dark = false }: Look): Promise<void> => {
      const size = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
      await send('Emulation.setDeviceMetricsOverride', size);
      const value = dark ? 'dark' : 'light';
      const features = [{ name: 'prefers-color-scheme', value }];
      await send('Emulation.setEmulatedMedia', { features });
    };
    await look(how);
    const { errorText } = await send('Page.navigate', { url });
    if (errorText === NETWORK_CHANGED) {
      await this.#send('Target.closeTarget', { targetId });
      return this.open(url, how);
    }
    if (typeof errorText !== 'string') await whole;
    return {
      problem: typeof errorText === 'string' ? errorText : undefined,
      errors,
      requests,
      look,
      evaluate: async (expression) => {
        const asked = { expression, returnByValue: true, awaitPromise: true };
        const { result } = await send('Runtime.evaluate', asked);
        return (result as { readonly value?: unknown }).value;
      },
      screenshot: async () => {
        const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: false });
        return Buffer.from(String(data), 'base64');
      },
    };
  }
}
