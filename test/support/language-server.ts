import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { framed, readFramed } from './framed.ts';

/** A message of the language server protocol, as far as the tests read it. */
export interface LspMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface LanguageServer {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** The first notification, past or to come, that fits. */
  notified(method: string, fits: (params: unknown) => boolean): Promise<unknown>;
  /** What the server wrote to its error output. */
  errors(): string;
  /** Asks it to end. @returns its exit status. */
  close(): Promise<number | null>;
  /** Ends it as nobody can prevent. */
  kill(): Promise<void>;
}

/** Starts a real language server on its standard input and output, as an editor does. */
export function startLanguageServer(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): LanguageServer {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const answers = new Map<number, (message: LspMessage) => void>();
  const seen: LspMessage[] = [];
  const listeners = new Set<(message: LspMessage) => void>();
  let lastId = 0;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  readFramed(child.stdout, (message) => receive(message as LspMessage));

  function send(message: object): void {
    child.stdin.write(framed({ jsonrpc: '2.0', ...message }));
  }

  function receive(message: LspMessage): void {
    if (message.method === undefined) {
      if (message.id !== undefined) answers.get(message.id)?.(message);
    } else if (message.id !== undefined) {
      // Of the server's own requests none needs more than an answer.
      const items = (message.params as { items?: readonly unknown[] } | undefined)?.items;
      send({ id: message.id, result: items === undefined ? null : items.map(() => null) });
    } else {
      seen.push(message);
      for (const listener of listeners) listener(message);
    }
  }

  const request: LanguageServer['request'] = (method, params) =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      answers.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      void ended.then(() => reject(new Error(`${method}: the server has ended: ${errors}`)));
      send({ id, method, params });
    });

  return {
    request,
    notify: (method, params) => send({ method, params }),
    notified: (method, fits) =>
      new Promise((resolve, reject) => {
        const listener = (message: LspMessage): void => {
          if (message.method === method && fits(message.params)) resolve(message.params);
        };
        for (const message of seen) listener(message);
        listeners.add(listener);
        void ended.then(() => reject(new Error(`no ${method}, the server has ended: ${errors}`)));
      }),
    errors: () => errors,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    close: async () => {
      await request('shutdown', null).catch(() => undefined);
      send({ method: 'exit' });
      child.stdin.end();
      return ended;
    },
  };
}

/** What an editor says at first. */
export async function initialize(server: LanguageServer, folder: string): Promise<void> {
  const uri = pathToFileURL(folder).href;
  await server.request('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'project' }],
    capabilities: {
      textDocument: { publishDiagnostics: {}, definition: { linkSupport: false } },
      workspace: { configuration: true, workspaceFolders: true },
    },
  });
  server.notify('initialized', {});
}

/** Opens a file. */
export function open(server: LanguageServer, file: string, languageId: string, text: string): void {
  const uri = pathToFileURL(file).href;
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
}

/** What is wrong in an open TypeScript file: messages, when all that it imports is read. */
export async function typescriptErrors(
  server: LanguageServer,
  file: string,
): Promise<readonly string[]> {
  const answer = await server.request('workspace/executeCommand', {
    command: 'typescript.tsserverRequest',
    arguments: ['semanticDiagnosticsSync', { file }],
  });
  const { body } = answer as { readonly body: readonly { readonly text: string }[] };
  return body.map(({ text }) => text);
}

/** Where a word of a file is defined: URIs. */
export async function definitionsOf(
  server: LanguageServer,
  file: string,
  text: string,
  word: string,
): Promise<readonly string[]> {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const found = await server.request('textDocument/definition', {
    textDocument: { uri: pathToFileURL(file).href },
    position,
  });
  const places = (Array.isArray(found) ? found : [found]) as readonly {
    readonly uri?: string;
    readonly targetUri?: string;
  }[];
  return places.map(({ uri, targetUri }) => uri ?? targetUri ?? '');
}
