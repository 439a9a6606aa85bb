import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { attachDevContainer, LAUNCHER } from '../support/dev-containers.ts';
import {
  definitionsOf,
  initialize,
  open,
  startLanguageServer,
  typescriptErrors,
  type LanguageServer,
} from '../support/language-server.ts';
import { REPOSITORY, rigForSuite, rigForTest } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { shopModules } from '../support/shop-modules.ts';
import { waitFor } from '../support/wait-for.ts';

const PERSON = {
  name: 'ada',
  uid: 54_331,
  gid: 54_331,
  groups: [statSync('/var/run/docker.sock').gid],
};

const suite = rigForSuite({
  copyOf: 'test/fixtures/editor',
  files: shopModules('common', 'api'),
  person: PERSON,
});

const program = (path: string): string => join(REPOSITORY, 'node_modules', path);

/** What the rig writes is root's. */
async function writeAsPerson(path: string, text: string): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"';
  const written = await suite().run(['sh', '-c', script, 'sh', path, text]);
  expect(written.status, written.stderr).toBe(0);
}

async function up(): Promise<string> {
  const done = await suite().dev(['up', '--yes', '--detach', '--no-watch']);
  expect(done.status, suite().transcript()).toBe(0);
  return done.stdout + done.stderr;
}

beforeAll(async () => {
  await up();
}, 400_000);

describe('an editor on the host sees what containers installed', () => {
  test('and nothing in the clone belongs to anybody else', async () => {
    const others = await suite().run(['find', '.', '!', '-user', String(PERSON.uid)]);
    expect(others).toMatchObject({ status: 0, stdout: '' });
  });

  test('TypeScript: no diagnostics; definitions are found in packages and in other modules', async () => {
    const file = suite().path('api/src/server.ts');
    const text = suite().read('api/src/server.ts');
    const server = startLanguageServer(
      [process.execPath, program('typescript-language-server/lib/cli.mjs'), '--stdio'],
      { cwd: suite().directory },
    );
    await initialize(server, suite().directory);
    open(server, file, 'typescript', text);
    expect(await typescriptErrors(server, file)).toEqual([]);
    const [fastify] = await definitionsOf(server, file, text, 'Fastify, {');
    expect(fastify).toMatch(/\/api\/node_modules\/fastify\/fastify\.d\.ts$/);
    const [order] = await definitionsOf(server, file, text, 'NewOrder,');
    expect(order).toBe(pathToFileURL(suite().path('common/src/order.ts')).href);

    const wrong = suite().path('api/src/wrong.ts');
    const mistake = "import Fastify from 'fastify';\nexport const wrong: string = Fastify();\n";
    open(server, wrong, 'typescript', mistake);
    expect(await typescriptErrors(server, wrong)).toEqual([
      expect.stringContaining("is not assignable to type 'string'"),
    ]);
    await server.close();
  });

  test('Python: the packages of its virtual environment', async () => {
    const argv = [process.execPath, program('pyright/index.js'), '--outputjson'];
    const python = suite().path('python');
    const without = await suite().run([...argv, join(python, 'main.py')], { cwd: '/tmp' });
    expect(without.stdout).toContain('Import \\"greeting\\" could not be resolved');
    suite().write('python/pyrightconfig.json', '{ "venvPath": ".", "venv": ".venv" }');
    const checked = await suite().run([...argv, '-p', python], { cwd: '/tmp' });
    expect(JSON.parse(checked.stdout)).toMatchObject({ summary: { errorCount: 0 } });
  });

  test('Go: the module cache, with nothing to download', async () => {
    const packages = suite().path('.dev/packages');
    expect(statSync(packages).mode & 0o077).toBe(0);
    const image = (await suite().run(['docker', 'images', '--quiet', 'onestack/go'])).stdout;
    // A host with Go and without a network, as that person.
    const host = [
      ...['docker', 'run', '--rm', '--network=none', `--user=${PERSON.uid}:${PERSON.gid}`],
      ...['--volume', `${suite().path('go')}:/clone:ro`, '--workdir=/clone'],
      ...['--volume', `${packages}/go-mod:/go-mod:ro`, '--env=GOMODCACHE=/go-mod'],
      ...['--env=GOCACHE=/tmp/go-build', '--env=GOPROXY=off', '--env=GOFLAGS=-mod=readonly'],
    ];
    const vet = await suite().run([...host, image.split('\n')[0] ?? '', 'go', 'vet', './...']);
    expect(vet, vet.stderr).toMatchObject({ status: 0 });
  });

  test('containers use the very same files, and a second time there is nothing to do', async () => {
    suite().write('api/node_modules/fastify/seen-by-both', 'yes');
    const seen = await suite().dev([
      ...['shell', 'api', '--', 'cat', 'node_modules/fastify/seen-by-both'],
    ]);
    expect(seen.stdout).toBe('yes');
    expect(await up()).toContain('nothing to do');
  });
});

/** Starts `dev lsp` as an editor does. */
async function editorAt(...args: readonly string[]): Promise<LanguageServer> {
  return editorIn('api', ...args);
}

/** The same, with that folder open. */
async function editorIn(folder: string, ...args: readonly string[]): Promise<LanguageServer> {
  const { argv, env } = suite().command(['lsp', ...args]);
  const server = startLanguageServer(argv, { cwd: '/', env });
  await initialize(server, suite().path(folder));
  return server;
}

/** The container of a module. */
async function containerOf(service: string): Promise<string> {
  const of = (key: string, value: string) => [
    '--filter',
    `label=com.docker.compose.${key}=${value}`,
  ];
  const listed = [
    'docker',
    'ps',
    '--quiet',
    ...of('project', suite().name),
    ...of('service', service),
  ];
  return (await suite().run(listed)).stdout.trim();
}

/** Waits until a server has said something wrong of a file of this machine: what. */
async function problemsOf(server: LanguageServer, file: string): Promise<readonly string[]> {
  interface Published {
    readonly uri: string;
    readonly diagnostics: readonly { readonly message: string }[];
  }
  const { href } = pathToFileURL(file);
  const said = await server.notified('textDocument/publishDiagnostics', (params) => {
    const { uri, diagnostics } = params as Published;
    return uri === href && diagnostics.length > 0;
  });
  return (said as Published).diagnostics.map(({ message }) => message);
}

/** Waits until processes of a language server, and what watches it, are in the container of `api`, or none. */
async function waitForServer(isThere: boolean): Promise<void> {
  const script = 'cat /proc/[0-9]*/cmdline | tr "\\0" " "';
  await waitFor(`a language server: ${String(isThere)}`, async () => {
    const { stdout } = await suite().dev(['shell', 'api', '--', 'sh', '-c', script]);
    const found = ['tsserver', 'ONESTACK_LSP'].map((word) => stdout.includes(word));
    return stdout.includes('sleep infinity') && found.every((one) => one === isThere);
  });
}

describe('a language server in the container', () => {
  const at = (...args: readonly string[]) => ['--project', suite().directory, ...args];
  beforeAll(async () => {
    // As `npm install` in the folder above brings it.
    const name = 'typescript-language-server';
    await suite().run(['mkdir', '-p', 'node_modules/.bin']);
    await suite().run(['cp', '-r', program(name), 'node_modules']);
    await suite().run(['ln', '-s', `../${name}/lib/cli.mjs`, `node_modules/.bin/${name}`]);
  });

  test('speaks with the editor of places that both know, and leaves nothing', async () => {
    const file = suite().path('api/src/server.ts');
    const text = suite().read('api/src/server.ts');
    const server = await editorAt(...at('api'));
    open(server, file, 'typescript', text);
    expect(await typescriptErrors(server, file)).toEqual([]);
    const [fastify] = await definitionsOf(server, file, text, 'Fastify, {');
    expect(fastify).toBe(pathToFileURL(suite().path('api/node_modules/fastify/fastify.d.ts')).href);
    const [order] = await definitionsOf(server, file, text, 'NewOrder,');
    expect(order).toBe(pathToFileURL(suite().path('common/src/order.ts')).href);

    const wrong = suite().path('api/src/wrong.ts');
    open(server, wrong, 'typescript', 'export const wrong: string = 3;\n');
    await problemsOf(server, wrong);
    await waitForServer(true);
    expect(await server.close()).toBe(0);
    await waitForServer(false);
  });

  test('Go: gopls opens packages where this machine has them', async () => {
    const script =
      'cd /tmp && apt-get -q update -o Acquire::Languages=none && apt-get -q download gopls && dpkg-deb -x gopls_*.deb /';
    const asRoot = ['docker', 'exec', '--user', '0', await containerOf('go'), 'sh', '-ec', script];
    expect((await suite().run(asRoot)).status, suite().transcript()).toBe(0);
    const file = suite().path('go/main.go');
    const text = suite().read('go/main.go');
    const server = await editorIn('go', ...at('go'));
    open(server, file, 'go', text);
    const [greet] = await definitionsOf(server, file, text, 'Hello(');
    const cache = pathToFileURL(suite().path('.dev/packages/go-mod/example.com')).href;
    expect(greet?.startsWith(cache), greet).toBe(true);
    expect(statSync(new URL(greet ?? '')).isFile()).toBe(true);
    const wrong = suite().path('go/wrong.go');
    open(server, wrong, 'go', 'package main\n\nvar wrong string = 3\n');
    expect((await problemsOf(server, wrong)).join()).toContain('string');
    expect(await server.close()).toBe(0);
  });

  test('Python: pyright, as npm brings it, finds what is in the virtual environment', async () => {
    // The container of a Python project has no Node: this machine's stands in for an image that has it.
    const id = await containerOf('python');
    await suite().run(['docker', 'cp', process.execPath, `${id}:/usr/local/bin/node`]);
    await suite().run(['mkdir', '-p', 'python/node_modules/.bin']);
    await suite().run(['cp', '-r', program('pyright'), 'python/node_modules']);
    const link = ['../pyright/langserver.index.js', 'python/node_modules/.bin/pyright-langserver'];
    await suite().run(['ln', '-s', ...link]);
    const file = suite().path('python/main.py');
    const text = suite().read('python/main.py');
    const server = await editorIn('python', ...at('python'));
    open(server, file, 'python', text);
    const [greeting] = await definitionsOf(server, file, text, 'greeting');
    const environment = pathToFileURL(suite().path('python/.venv/lib')).href;
    expect(greeting?.startsWith(environment), greeting).toBe(true);
    const wrong = suite().path('python/wrong.py');
    open(server, wrong, 'python', 'wrong: str = 3\n');
    expect((await problemsOf(server, wrong)).join()).toContain('"str"');
    await server.close();
    await suite().run(['rm', '-rf', 'python/node_modules']);
  });

  test('ends with its editor, and with dev lsp, however that ends', async () => {
    const server = await editorAt(...at('api', '--', 'typescript-language-server', '--stdio'));
    await waitForServer(true);
    await server.kill();
    await waitForServer(false);
  });

  test('that is not there is told with what helps', async () => {
    const none = await suite().dev(['lsp', 'python']);
    expect(none).toMatchObject({ status: 3, stdout: '' });
    expect(none.stderr).toContain('the container of python has no language server');
    expect(none.stderr).toContain('Add basedpyright to the requirements of python');
    const typo = await suite().dev(['lsp', 'api', '--', 'no-such-server']);
    expect(typo.stderr).toContain('the container of api has no program no-such-server');
    const garbled = await suite().dev(['lsp', 'api', '--', 'printf', 'Hello: you\r\n\r\n']);
    expect(garbled).toMatchObject({ status: 1, stdout: '' });
    expect(garbled.stderr).toContain('do not understand each other');
    const silent = await suite().dev(['lsp', 'api', '--', 'cat']);
    expect(silent).toMatchObject({ status: 2, stdout: '' });
    expect(silent.stderr).toContain('an editor, and none has said anything');
    // An editor that is there and says nothing yet, and a server that ends.
    const { argv, env } = suite().command(['lsp', 'api', '--', 'sh', '-c', 'exit 7']);
    const held = 'mkfifo "$0" && exec 3<>"$0" && "$@" <"$0" 3<&-';
    const fifo = join(mkdtempSync(join(tmpdir(), 'onestack-held-')), 'held');
    onTestFinished(() => rmSync(dirname(fifo), { recursive: true, force: true }));
    const here = { env, cwd: suite().directory };
    const crashed = await runProgram(['sh', '-c', held, fifo, ...argv], here);
    expect(crashed).toMatchObject({ status: 7, stdout: '' });
    expect(crashed.stderr).toContain('of api ended by itself, with exit status 7');
    const unknown = await suite().dev(['lsp', 'pythn', '--json']);
    expect(unknown).toMatchObject({ status: 2, stdout: '' });
    expect(unknown.stderr).toContain('Did you mean "python"?');
  });
});

describe('Dev Containers', () => {
  test('attach to the module that runs, as the person, with the official tool', async () => {
    const own = '{\n  // ours\n  "name": "mine", // keep\n}\n';
    await writeAsPerson('.devcontainer/python/devcontainer.json', own);
    const wrote = await suite().dev(['editor', 'devcontainer', 'python', '--yes']);
    expect(wrote.stdout).toBe('added to .devcontainer/python/devcontainer.json\n');
    const text = suite().read('.devcontainer/python/devcontainer.json');
    expect(text).toMatch(
      /^\{\n {2}\/\/ ours\n {2}"name": "mine", \/\/ keep\n {2}"dockerComposeFile"/,
    );
    await writeAsPerson('dev', LAUNCHER);
    await suite().run(['chmod', '+x', 'dev']);
    const said = await attachDevContainer(
      suite(),
      'python',
      'pwd; id -un; id -u; .venv/bin/python main.py',
    );
    expect(said).toBe(`/workspace/python\napp\n${PERSON.uid}\nhello, Ada\n`);
  });

  test('likewise as root', async () => {
    const rig = rigForTest({
      files: { 'dev.yaml': 'name: x\nmodules:\n  one: { image: os, run: sleep infinity }\n' },
    });
    rig.write('one/here', '');
    rig.write('dev', LAUNCHER);
    await rig.run(['chmod', '+x', 'dev']);
    expect((await rig.dev(['up', '--yes', '--detach'])).status, rig.transcript()).toBe(0);
    const wrote = await rig.dev(['editor', 'devcontainer']);
    expect(wrote.stdout).toBe('wrote .devcontainer/one/devcontainer.json\n');
    expect(JSON.parse(rig.read('.devcontainer/one/devcontainer.json'))).toMatchObject({
      remoteUser: 'app',
      updateRemoteUserUID: false,
    });
    // The container was made before: it is made anew, and root is `app` in it, too.
    const named = await rig.dev(['up', '--yes', '--detach']);
    expect(named.stderr).toContain('recreate one: its file for Dev Containers');
    expect(await attachDevContainer(rig, 'one', 'pwd; ls; id -un; id -u app; touch mine')).toBe(
      '/workspace/one\nhere\nroot\n0\n',
    );
    expect(statSync(rig.path('one/mine')).uid).toBe(0);
    const again = await rig.dev(['editor', 'devcontainer']);
    expect(again.stdout).toBe('nothing to do: .devcontainer/one/devcontainer.json\n');
  });

  test('programs that ask who they run as get an answer, as in production', async () => {
    const asked = 'const { username, homedir } = os.userInfo(); console.log(username, homedir)';
    const said = await suite().dev(['shell', 'common', '--', 'node', '-e', asked]);
    expect(said).toMatchObject({ status: 0, stdout: 'app /home/app\n' });
  });

  test('a module that is not there is told, and a broken file is left as it is', async () => {
    const wrong = await suite().dev(['editor', 'devcontainer', 'pythn']);
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.stderr).toContain('Did you mean "python"?');
    await writeAsPerson('.devcontainer/go/devcontainer.json', '{ "name": ');
    const broken = await suite().dev(['editor', 'devcontainer', 'go']);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toContain('nothing was written');
    expect(suite().read('.devcontainer/go/devcontainer.json')).toBe('{ "name": ');
  });
});

describe('VS Code', () => {
  test('gets what it lacks, shown first; a broken file is told, and nothing is written', async () => {
    const rig = rigForTest({
      files: {
        'dev.yaml': 'name: x\nmodules:\n  web: { image: node, run: node web.js }\n',
        'web/web.js': '',
        '.vscode/launch.json':
          '{\n  // ours\n  "configurations": [\n    { "name": "mine" }, // keep\n  ]\n}\n',
        '.vscode/tasks.json': '{ "tasks": [ }',
      },
    });
    const own = rig.read('.vscode/launch.json');
    const broken = await rig.dev(['editor', 'vscode', '--yes']);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toContain('.vscode/tasks.json is no valid JSON with comments');
    expect(rig.read('.vscode/launch.json')).toBe(own);
    expect(readdirSync(rig.path('.vscode'))).not.toContain('settings.json');

    rig.write('.vscode/tasks.json', '');
    const asked = await rig.dev(['editor', 'vscode']);
    expect(asked.status).toBe(2);
    expect(asked.stderr).toMatch(
      /launch\.json \(changed\)[^]*\+ +"name": "web",[^]*--yes writes it/,
    );
    expect(rig.read('.vscode/launch.json')).toBe(own);

    const wrote = await rig.dev(['editor', 'vscode', '--yes']);
    expect(wrote.stdout).toContain('added to .vscode/launch.json');
    const after = rig.read('.vscode/launch.json');
    for (const line of own.split('\n')) expect(after).toContain(line);
    expect(after).toContain('"port": 9229');
    const again = await rig.dev(['editor', 'vscode']);
    expect(again.stdout).toContain('nothing to do');
  });
});

describe('what the person installed herself', () => {
  test('stays as it is and is told once; containers have their own', async () => {
    const rig = suite();
    await rig.run(['rm', '-rf', 'api/node_modules']);
    await rig.run(['mkdir', '-p', 'api/node_modules/mine']);
    const told = await up();
    expect(told).toContain('api/node_modules is from an install of your own and stays');
    expect(readdirSync(rig.path('api/node_modules'))).toEqual(['mine']);
    const inside = await rig.dev(['shell', 'api', '--', 'ls', 'node_modules']);
    expect(inside.stdout).toContain('fastify');
    expect(await up()).not.toContain('an install of your own');
  });

  test('may be moved away: then what containers had in volumes is copied, not installed again', async () => {
    const rig = suite();
    await rig.run(['mv', 'api/node_modules', 'mine']);
    const planned = await rig.dev(['up', '--dry-run']);
    expect(planned.stdout + planned.stderr).toContain('in a volume until now');
    await up();
    expect(readdirSync(rig.path('api/node_modules'))).toContain('fastify');
    const others = await rig.run(['find', 'api', '!', '-user', String(PERSON.uid)]);
    expect(others.stdout).toBe('');
  });

  test('with dependencies: container nothing comes to the clone', async () => {
    const rig = suite();
    // Before the session hears of the setting and mounts something there.
    await rig.run(['rm', '-rf', 'python/.venv']);
    expect((await rig.dev(['settings', 'dependencies=container'])).status).toBe(0);
    await up();
    expect(readdirSync(rig.path('python/.venv'))).toEqual([]);
    const ran = await rig.dev(['shell', 'python', '--', '.venv/bin/python', 'main.py']);
    expect(ran.stdout).toBe('hello, Ada\n');
  });
});

test('dev clean takes what was installed, and nothing else', async () => {
  const rig = suite();
  rig.write('api/node_modules/mine-too/index.js', 'precious');
  const cleaned = await rig.dev(['clean', '--volumes', '--yes']);
  expect(cleaned.status, rig.transcript()).toBe(0);
  expect(cleaned.stdout).toContain('common/node_modules');
  expect(readdirSync(rig.path('common'))).not.toContain('node_modules');
  expect(rig.read('api/node_modules/mine-too/index.js')).toBe('precious');
});
