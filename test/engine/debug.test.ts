import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { generatedPositionFor, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { beforeAll, describe, expect, test } from 'vitest';
import { attachDebugAdapter, type DebugAdapter } from '../support/debug-adapter.ts';
import { freePort } from '../support/free-port.ts';
import { attachInspector, inspectorAddress, type Inspector } from '../support/inspector.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram, type Running } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

const SERVER = `import { createServer } from 'node:http';

const words: string[] = ['hello'];

createServer((request: object, response: any) => {
  const greeting: string = words.join(' ');
  response.end(greeting);
}).listen(3000);
console.error(new Error('begun').stack);
`;

/** A compiler in small: types go, a banner comes, and a map says what line came from which. */
const COMPILE = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const lines = readFileSync('src/server.ts', 'utf8').split('\\n');
const code = lines.map((line) => line.replace(/: (string\\[\\]|string|object|any)/g, ''));
mkdirSync('dist', { recursive: true });
writeFileSync('dist/server.js', ['// made', '', ...code, '//# sourceMappingURL=server.js.map', ''].join('\\n'));
const mappings = ';;' + lines.map((_, index) => (index === 0 ? 'AAAA' : 'AACA')).join(';');
writeFileSync('dist/server.js.map', JSON.stringify({ version: 3, sources: ['../src/server.ts'], names: [], mappings }));
`;

const PRICE = `package main

import (
	"fmt"
	"net/http"
)

func price(quantity int) int {
	total := quantity * 950
	return total
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, price(10))
	})
	http.ListenAndServe(":4000", nil)
}
`;

const SNAKE = `from http.server import BaseHTTPRequestHandler, HTTPServer


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        total = 10 * 950
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(total).encode())


HTTPServer(("", 5000), Shop).serve_forever()
`;

const BEAN = `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Main {
  static int price(int quantity) {
    int total = quantity * 950;
    return total;
  }

  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(6100), 0);
    server.createContext("/", (exchange) -> {
      byte[] answer = String.valueOf(price(10)).getBytes();
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }
}
`;

/** A user of this machine who is not the person. */
const STRANGER = 65_534;

const suite = rigForSuite({
  files: {
    'dev.yaml': `name: x
modules:
  lib: { image: node, compile: 'true' }
  web: { image: node, uses: lib, compile: node compile.mjs, run: node dist/server.js, artifact: [dist] }
  price: { image: go, compile: go build -o dist/price ., run: dist/price, artifact: [dist] }
  snake: { image: python, run: python3 -u shop.py }
  bean: { image: java, compile: javac -g -d out Main.java, run: java -cp out Main, artifact: [out] }
  odd: { image: os, run: sleep infinity }
`,
    'lib/package.json': '{ "type": "module" }',
    'web/package.json': '{ "type": "module" }',
    'web/src/server.ts': SERVER,
    'web/compile.mjs': COMPILE,
    'price/go.mod': 'module price\n\ngo 1.21\n',
    'price/main.go': PRICE,
    'snake/shop.py': SNAKE,
    'bean/Main.java': BEAN,
    'odd/here': '',
  },
});

/** What the processes of a service are. */
async function processes(service: string): Promise<string> {
  const script = 'cat /proc/[0-9]*/cmdline | tr "\\0" " "';
  return (await suite().dev(['shell', service, '--', 'sh', '-c', script])).stdout;
}

/** A request from a container of the project. */
async function ask(url: string): Promise<string> {
  const script = 'fetch(process.argv[1]).then((a) => a.text()).then(console.log)';
  const asked = await suite().dev(['shell', 'lib', '--', 'node', '-e', script, url]);
  return asked.stdout.trim();
}

/** Starts `dev debug`, and waits until it says where to attach. */
async function startDebug(...args: readonly string[]): Promise<{ running: Running; port: number }> {
  const port = await freePort();
  const running = suite().startDev(['debug', ...args, '--port', String(port), '--json']);
  const said = () => running.stdout().includes('attachable') || running.status() !== undefined;
  await waitFor('dev debug', said, { timeoutMs: 180_000 });
  expect(JSON.parse(running.stdout()), running.stderr()).toMatchObject({ port });
  return { running, port };
}

async function endDebug(running: Running): Promise<void> {
  running.kill('SIGINT');
  const ended = await running.finished;
  expect(ended.stdout).toContain('"event":"ended"');
}

/** A client of the process behind a port, as soon as there is one, that knows its scripts. */
async function attachAt(port: number): Promise<Inspector> {
  return waitFor('the inspector', async () => {
    const address = await inspectorAddress(port);
    if (address === undefined) return undefined;
    const inspector = await attachInspector(address);
    await inspector.send('Debugger.enable');
    return inspector;
  });
}

/** Id of a module's container: another one where it was made anew. */
async function containerOf(service: string): Promise<string> {
  const at = ['-q', '--no-trunc', '-f', `label=com.docker.compose.project=${suite().name}`];
  const found = await suite().run([
    ...['docker', 'ps', ...at, '-f', `label=com.docker.compose.service=${service}`],
  ]);
  return found.stdout.trim();
}

/** Runs a script as root in a module's container. */
async function asRoot(service: string, script: string): Promise<void> {
  const id = await containerOf(service);
  const ran = await suite().run(['docker', 'exec', '--user', '0', id, 'sh', '-ec', script]);
  expect(ran.status, ran.stderr).toBe(0);
}

/** Debian's package, without the debugger for C that it names: its download takes a while. */
const FETCH_DEBUGPY = `cd /tmp
apt-get -q update -o Acquire::Languages=none
apt-get -q download python3-debugpy`;
let fetched: Promise<void> = Promise.resolve();

beforeAll(async () => {
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
  // The session has looked at everything: from here on only edits restart something.
  expect((await suite().dev(['check'])).status, suite().transcript()).toBe(0);
  fetched = asRoot('snake', FETCH_DEBUGPY);
  fetched.catch(() => undefined);
}, 300_000);

test('stack traces name sources, though the program knows nothing of its map', async () => {
  const logged = async (...args: readonly string[]): Promise<string> =>
    (await suite().dev(['logs', 'web', ...args])).stdout;
  expect(await logged()).toMatch(/Error: begun\n.*at .*\/workspace\/web\/src\/server\.ts:9:1\b/);
  expect(await logged('--raw')).toMatch(/\/workspace\/web\/dist\/server\.js:11:\d/);
  expect(await logged('--grep', 'src/server.ts:9')).toContain('begun');
  expect(await logged('--grep', 'dist/server.js:11')).toContain('begun');
});

describe('dev debug', () => {
  test('Node: a breakpoint in the source is hit; a compile keeps the debugger on', async () => {
    const { running, port } = await startDebug('web');
    const map = new TraceMap(suite().read('web/dist/server.js.map'));
    const { line } = generatedPositionFor(map, {
      ...{ source: '../src/server.ts', line: 6, column: 0 },
    });
    const inspector = await attachAt(port);
    const url = 'file:///workspace/web/dist/server.js';
    await inspector.send('Debugger.setBreakpointByUrl', { url, lineNumber: (line ?? 0) - 1 });
    const paused = inspector.paused();
    const answer = ask('http://web:3000/');
    const [frame] = (await paused).callFrames;
    const stopped = { line: (frame?.location.lineNumber ?? 0) + 1, column: 0 };
    const at = originalPositionFor(map, stopped);
    expect(at.line).toBe(6);
    // The path that a client makes of it with the paths that were told.
    const { paths } = JSON.parse(running.stdout()) as { paths: Record<string, string> };
    const script = (inspector.urlOf(frame?.location.scriptId) ?? '').replace(
      `file://${paths['container']}`,
      paths['host'] ?? '',
    );
    expect(new URL(at.source ?? '', pathToFileURL(script)).href).toBe(
      pathToFileURL(suite().path('web/src/server.ts')).href,
    );
    await inspector.send('Debugger.resume');
    expect(await answer).toBe('hello');

    suite().write('web/src/server.ts', SERVER.replace("'hello'", "'hello', 'again'"));
    await inspector.closed;
    const again = await attachAt(port);
    await waitFor('the new program', async () => (await ask('http://web:3000/')) === 'hello again');
    expect(await processes('web')).toContain('node --inspect=127.0.0.1:9229 dist/server.js');

    // The port of the first one is taken by it: that is not what has to be mended.
    for (const other of [await freePort(), port]) {
      const second = await suite().dev(['debug', 'web', '--port', String(other)]);
      expect(second.status).toBe(1);
      expect(second.stderr).toContain('web is in its debugger already');
      expect(second.stderr).not.toContain('is taken');
    }

    // Another user's program sees its connection reset; the person reads why.
    if (process.getuid?.() === 0) {
      const knock = `require('node:net').connect(${port}, '127.0.0.1').on('error', () => undefined)`;
      await runProgram([process.execPath, '-e', knock], { uid: STRANGER });
      const said = `"event":"refused","module":"web","uid":${STRANGER}}`;
      await waitFor('the word on it', () => running.stdout().includes(said));
    }

    await endDebug(running);
    await again.closed;
    await waitFor('the process as ever', async () => !(await processes('web')).includes('inspect'));
  });

  test('killed, it leaves no debugger behind; --wait stops at the first line', async () => {
    const { running, port } = await startDebug('web', '--wait');
    const inspector = await attachAt(port);
    const paused = inspector.paused();
    await inspector.send('Runtime.runIfWaitingForDebugger');
    const [first] = (await paused).callFrames;
    const script = inspector.urlOf(first?.location.scriptId);
    expect(script).toBe('file:///workspace/web/dist/server.js');
    running.kill('SIGKILL');
    await inspector.closed;
    await waitFor('the process as ever', async () => !(await processes('web')).includes('inspect'));
    await waitFor('an answer', async () => (await ask('http://web:3000/')).startsWith('hello'));
  });

  test('Go: Delve stops where it is told, and the process goes on when it is left', async () => {
    const container = await containerOf('price');
    const { running, port } = await startDebug('price', '--wait');
    expect(await containerOf('price')).toBe(container);
    // The client on this machine is that very program.
    const client = suite().path('dlv');
    await suite().run(['docker', 'cp', `${container}:/usr/bin/dlv`, client]);
    suite().write('init', 'break main.price\ncontinue\nargs\nclear 1\nquit -c\n');
    const connected = suite().run([client, 'connect', `127.0.0.1:${port}`, '--init', 'init']);
    await waitFor('an answer', async () => (await ask('http://price:4000/')) === '9500');
    expect((await connected).stdout).toMatch(/> \[Breakpoint 1\] main\.price\(\) .*main\.go:8/);
    expect((await connected).stdout).toContain('quantity = 10');
    await endDebug(running);
    await waitFor('the process as ever', async () => !(await processes('price')).includes('dlv'));
    await waitFor('an answer', async () => (await ask('http://price:4000/')) === '9500');
  });

  test('Java: a debugger of the JDK stops where it is told; a compile keeps it on', async () => {
    const { running, port } = await startDebug('bean', '--wait');
    const image = (await suite().run(['docker', 'images', '-q', 'onestack/java'])).stdout;
    /** The port is for this person alone. */
    const client = [
      ...['docker', 'run', '--rm', '-i', '--network=host', `--user=${process.getuid?.() ?? 0}`],
      ...[image.split('\n')[0] ?? '', 'jdb', '-attach', `127.0.0.1:${port}`],
    ];
    const jdb = spawn(client[0] ?? '', client.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    jdb.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const left = new Promise<void>((resolve) => jdb.on('close', () => resolve()));
    const hears = (words: string) => waitFor(words, () => said.includes(words));
    await hears('VM Started');
    jdb.stdin.write('stop in Main.price\nresume\n');
    await hears('Set deferred breakpoint Main.price');
    const answer = waitFor('9500', async () => (await ask('http://bean:6100/')) === '9500');
    await hears('Main.price(), line=6');
    jdb.stdin.write('locals\nclear Main.price\ncont\nquit\n');
    await hears('quantity = 10');
    await left;
    await answer;
    await endDebug(running);

    const again = await startDebug('bean');
    suite().write('bean/Main.java', BEAN.replace('950', '960'));
    await waitFor('the new program', async () => (await ask('http://bean:6100/')) === '9600');
    expect(await processes('bean')).toContain('-agentlib:jdwp');
    await endDebug(again.running);
    await waitFor('the process as ever', async () => !(await processes('bean')).includes('jdwp'));
  });

  test('what cannot be debugged is told, and nothing is restarted for it', async () => {
    const pids = async (): Promise<string> => {
      const script = 'grep -lzx dist/server.js /proc/[0-9]*/cmdline';
      return (await suite().dev(['shell', 'web', '--', 'sh', '-c', script])).stdout;
    };
    const before = await pids();
    expect(before).toContain('/proc/');
    const holder = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const taken = await suite().dev(['debug', 'web', '--port', String(port)]);
    holder.close();
    expect(taken.status).toBe(1);
    expect(taken.stderr).toMatch(new RegExp(`port ${port} of this machine is taken[^]*\\(process`));
    const cases = [
      [['lib'], 2, 'lib is a library'],
      [['wbe'], 2, 'there is no module wbe'],
      [['odd'], 2, 'no debugger is known for odd'],
      [['snake'], 3, 'debugpy is not installed'],
      [['web', '--port', '0'], 2, 'Give a number from 1 to 65535'],
    ] as const;
    for (const [args, status, words] of cases) {
      const told = await suite().dev(['debug', ...args]);
      expect(told.stderr).toContain(words);
      expect(told.status).toBe(status);
    }
    expect(await pids()).toBe(before);
  });

  test('Python: a stop at a path of this machine; a save keeps the debugger on', async () => {
    await fetched;
    await asRoot('snake', 'dpkg-deb -x /tmp/python3-debugpy_*.deb /');
    const container = await containerOf('snake');
    const { running, port } = await startDebug('snake');
    const path = suite().path('snake/shop.py');
    const attach = (): Promise<DebugAdapter> =>
      attachDebugAdapter({
        port,
        configuration: {
          connect: { host: '127.0.0.1', port },
          pathMappings: [{ localRoot: suite().directory, remoteRoot: '/workspace' }],
        },
        breakpoints: { path, lines: [7] },
      });
    const first = await attach();
    const stopped = first.stopped();
    const answer = ask('http://snake:5000/');
    expect(await stopped).toMatchObject({ line: 7, source: { path } });
    // The client stays, and keeps a process of the debugger's alive.
    suite().write('snake/shop.py', SNAKE.replace('950', '960'));
    await first.closed;
    await answer;
    const second = await waitFor('the new process in its debugger', attach);
    const again = second.stopped();
    const changed = ask('http://snake:5000/');
    expect(await again).toMatchObject({ line: 7 });
    second.leave();
    expect(await changed).toBe('9600');
    expect(await containerOf('snake')).toBe(container);
    await endDebug(running);
    const ended = async (): Promise<boolean> => !(await processes('snake')).includes('debugpy');
    await waitFor('the process as ever', ended);
  });
});
