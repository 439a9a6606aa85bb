import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

/** Each is told apart from all others, and from everything else on this machine. */
const planted = (what: string): string => `planted-${what}-${String(process.pid)}-x7q`;
const FILE = planted('file');
const BUILD = planted('build');
const GIVEN = planted('given');
const PROXY = planted('proxy');
const LOGIN = planted('login');

const PERSON = { uid: 4331, gid: 4331, groups: [statSync('/var/run/docker.sock').gid] };
const OTHER = ['setpriv', '--reuid=4332', '--regid=4332', '--clear-groups', '--'];

/** Asks what listens there which program can be debugged, and says what came of it. */
const ASK = `
const [at] = process.argv.slice(1);
const socket = require('node:net').connect(/^\\d+$/.test(at) ? Number(at) : at);
let heard = '';
socket.on('data', (data) => { heard += data; socket.destroy(); });
socket.on('error', (error) => { heard ||= error.code === 'ECONNRESET' ? '' : error.code; });
socket.on('close', () => console.log(heard || 'cut off'));
socket.write('GET /json HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n');
`;

const FILES = {
  'dev.yaml': `
name: secrets
modules:
  web:
    image: node
    install: node -e "console.log('installed')"
    run: node server.js
    test: "false"
services: { cache: redis }
commands:
  say: { run: env, in: web }
`,
  'compose/base.yaml': `
services:
  web:
    secrets: [token, given]
  built:
    build: { context: ./built, secrets: [build-token] }
    command: [sleep, infinity]
    init: true
secrets:
  token: { file: ./keys/token }
  build-token: { file: ./keys/build-token }
  given: { environment: GIVEN_TOKEN }
`,
  'keys/token': FILE,
  'keys/build-token': BUILD,
  'built/Dockerfile': `FROM debian:trixie-slim
COPY mark /mark
RUN --mount=type=secret,id=build-token test -s /run/secrets/build-token
`,
  'built/mark': 'marked-in-the-image\n',
  'web/server.js': `require('node:http').createServer((_, r) => r.end()).listen(3000);\n`,
  'web/package.json': '{ "name": "web" }\n',
  'web/package-lock.json': '{ "name": "web", "lockfileVersion": 3, "packages": {} }\n',
};

describe('secrets', () => {
  const rig = rigForSuite({ files: FILES, person: PERSON });
  const spied = (name: string): string => join(`${rig().directory}-spy`, name);
  /** Everything that was printed, by all commands. */
  let printed = '';
  let secrets: Readonly<Record<string, string>> = {};
  /** A registry that lets nobody in, and what it was told. */
  const heard: string[] = [];
  const registry = createServer((request, response) => {
    heard.push(request.headers.authorization ?? '');
    const text = `no entry for ${request.headers.authorization ?? 'nobody'}`;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end(text);
  });
  const registryHost = (): string =>
    `127.0.0.1:${String((registry.address() as AddressInfo).port)}`;

  // A shell that lets everybody read and write what is made, unless somebody sees to it.
  const command = (...args: readonly string[]): readonly string[] => [
    ...['sh', '-c', 'umask 000; exec "$@"', 'sh', process.execPath],
    ...[join(REPOSITORY, 'dist/main.js'), ...args],
  ];
  const dev = async (...args: readonly string[]) => {
    const outcome = await rig().run(command(...args), {
      env: {
        PATH: `${spied('bin')}:${process.env['PATH'] ?? ''}`,
        DEV_TRACE: spied('trace'),
        DOCKER_CONFIG: spied('docker'),
        GIVEN_TOKEN: GIVEN,
        HTTP_PROXY: `http://me:${PROXY}@127.0.0.1:9`,
        NO_PROXY: '*',
      },
    });
    printed += outcome.stdout + outcome.stderr;
    return outcome;
  };

  /** Names of the secrets that a text holds, also as a URL or a login would carry them. */
  const leaked = (text: string): readonly string[] =>
    Object.entries(secrets).flatMap(([name, value]) => {
      const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
      return forms.some((form) => text.includes(form)) ? [name] : [];
    });

  beforeAll(async () => {
    for (const folder of ['bin', 'docker']) mkdirSync(spied(folder), { recursive: true });
    const docker = (await runProgram(['sh', '-c', 'command -v docker'])).stdout.trim();
    const shim = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${spied('argv')}'\nexec ${docker} "$@"\n`;
    writeFileSync(join(spied('bin'), 'docker'), shim);
    chmodSync(join(spied('bin'), 'docker'), 0o755);
    const auth = Buffer.from(`me:${LOGIN}`).toString('base64');
    await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
    writeFileSync(
      join(spied('docker'), 'config.json'),
      JSON.stringify({ auths: { 'registry.example': { auth }, [registryHost()]: { auth } } }),
    );
    await runProgram(['chown', '--recursive', String(PERSON.uid), spied('.')]);
    await dev('trust');
    // What any user of the machine sees while it works.
    const look = `while [ ! -e '${spied('done')}' ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>'${spied('ps')}'; done`;
    const watch = startProgram(['sh', '-c', look]);
    const up = await dev('up', '--yes', '--detach', '--verbose');
    writeFileSync(spied('done'), '');
    await watch.finished;
    expect(up.status, rig().transcript()).toBe(0);
    const places = rig().places();
    const own = (name: string): string => readFileSync(join(places.secrets, name), 'utf8').trim();
    secrets = {
      ...{ FILE, BUILD, GIVEN, PROXY, LOGIN },
      generated: own('cache-password'),
      'key of the CA': readFileSync(places.ca.key, 'utf8').split('\n')[2] ?? '',
      'key of the sockets': readFileSync(places.socketKey, 'utf8').trim(),
    };
    for (const value of Object.values(secrets)) expect(value.length).toBeGreaterThan(16);
  }, 180_000);

  afterAll(() => {
    rmSync(spied('.'), { recursive: true, force: true });
    registry.close();
  });

  it('are where they belong', async () => {
    const read = await rig().run([
      ...['docker', 'exec', `${rig().name}-web-1`],
      ...['sh', '-c', 'cat /run/secrets/token /run/secrets/given'],
    ]);
    expect(read.stdout).toBe(FILE + GIVEN);
  });

  it('are on no command line', () => {
    expect(leaked(readFileSync(spied('argv'), 'utf8'))).toEqual([]);
    const seen = readFileSync(spied('ps'), 'utf8');
    expect(seen).toContain('docker compose');
    expect(leaked(seen)).toEqual([]);
  });

  it('are in nothing that is printed, traced or logged', async () => {
    for (const args of [
      ...[['status'], ['status', '--json'], ['logs'], ['config'], ['config', '--explain', 'web']],
      ...[['check', 'web'], ['probe'], ['doctor'], ['list'], ['images'], ['urls'], ['settings']],
      ...[
        ['up', '--yes', '--dry-run', '--verbose'],
        ['up', '--yes', '--recreate', '--json'],
      ],
      ...[['config', '--profile', 'none'], ['trust'], ['tools', '--', 'env']],
    ])
      await dev(...args);
    const before = rig().read('compose/base.yaml');
    const refused = before.replace(
      'services:',
      `services:\n  no-entry: { image: ${registryHost()}/x:1 }`,
    );
    rig().write('compose/base.yaml', refused);
    expect((await dev('up', '--yes', '--detach', '--verbose')).status).toBe(1);
    rig().write('compose/base.yaml', before);
    expect(
      heard.some(
        (told) =>
          leaked(told.replace(/^Basic /, '')).length > 0 ||
          leaked(Buffer.from(told.replace(/^Basic /, ''), 'base64').toString()).length > 0,
      ),
    ).toBe(true);
    expect(leaked(printed)).toEqual([]);
    expect(leaked(readFileSync(spied('trace'), 'utf8'))).toEqual([]);
    const { state, secrets: kept, ca, socketKey } = rig().places();
    const mayHold = [kept, join(ca.key, '..'), socketKey];
    const told = filesBelow(state)
      .filter((file) => !mayHold.some((place) => file.startsWith(place)))
      .filter((file) => leaked(readFileSync(file, 'latin1')).length > 0);
    expect(told).toEqual([]);
    expect(
      leaked(
        filesBelow(rig().path('.dev'))
          .map((file) => readFileSync(file))
          .join(),
      ),
    ).toEqual([]);
  });

  it('are in no image, and in no container’s description', async () => {
    const filter = `label=com.docker.compose.project=${rig().name}`;
    const listed = await rig().run(['docker', 'ps', '--all', '--quiet', '--filter', filter]);
    const ids = listed.stdout.trim().split('\n');
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(leaked((await runProgram(['docker', 'inspect', ...ids])).stdout)).toEqual([]);
    const images = await runProgram(['docker', 'inspect', '--format', '{{.Image}}', ...ids]);
    for (const id of new Set(images.stdout.trim().split('\n'))) {
      const history = await runProgram(['docker', 'history', '--no-trunc', id]);
      const made = await runProgram(['docker', 'inspect', id]);
      expect(leaked(history.stdout + made.stdout)).toEqual([]);
    }
    // What is in the image is found by this look, and none of them is.
    const container = `${rig().name}-built-1`;
    const [built = ''] = (
      await runProgram(['docker', 'inspect', '--format', '{{.Image}}', container])
    ).stdout.split('\n');
    const look = 'docker save "$0" | grep -aoE "marked-in-the-image|planted-[a-z]+" | sort -u';
    expect((await runProgram(['sh', '-c', look, built])).stdout).toBe('marked-in-the-image\n');
  });

  it('are out of reach of another user, whatever the umask was; so are the sockets', async () => {
    const { state, sockets, secrets: kept, ca } = rig().places();
    for (const place of [state, sockets, kept, ca.key, join(kept, 'cache-password')]) {
      const tried = await runProgram([...OTHER, 'sh', '-c', 'ls -A "$0" || cat "$0"', place]);
      expect({ place, out: tried.stdout }).toEqual({ place, out: '' });
    }
    const all = [...filesBelow(state), ...filesBelow(sockets)];
    expect(all.length).toBeGreaterThan(5);
    const reach = `for f; do [ -r "$f" ] || [ -w "$f" ] && printf '%s\\n' "$f"; done; true`;
    const reached = await runProgram([...OTHER, 'sh', '-c', reach, 'sh', ...all]);
    expect(reached.stdout).toBe('');
    // Nor may others write what the next `dev up` reads.
    const open = await runProgram(['find', rig().path('.dev'), '-perm', '-o+w', '!', '-type', 'l']);
    expect(open.stdout).toBe('');
    const temporary = readdirSync(tmpdir()).filter((name) => /onestack|^dev-/.test(name));
    for (const name of temporary) {
      const path = join(tmpdir(), name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.uid === PERSON.uid) expect([name, stat.mode & 0o077]).toEqual([name, 0]);
    }
  });

  it('are behind ports and sockets that hear the person alone', async () => {
    const port = await freePort();
    const started = [
      rig().run(command('debug', 'web', '--port', String(port))),
      rig().run(command('dash', '--serve')),
    ];
    const ask = (as: readonly string[]) =>
      runProgram([...as, process.execPath, '-e', ASK, String(port)], { timeoutMs: 20_000 });
    const person = ['setpriv', `--reuid=${String(PERSON.uid)}`, '--clear-groups', '--'];
    await waitFor('the debugger', async () => (await ask(person)).stdout.startsWith('HTTP/1.'));
    expect((await ask(OTHER)).stdout).toBe('cut off\n');

    // Nothing listens beyond this machine, neither for the person nor for her containers.
    const at = listensAt(PERSON.uid);
    expect(at.length).toBeGreaterThan(0);
    expect(at.filter((address) => !address.startsWith('0100007F:'))).toEqual([]);
    const format = ['--format', '{{.Ports}}', '--filter', `name=${rig().name}-`];
    const published = (await rig().run(['docker', 'ps', ...format])).stdout;
    expect(published).not.toMatch(/(?:0\.0\.0\.0|\[::\]):\d+->/);

    const { dashboard, sockets, state } = rig().places();
    await waitFor('the dashboard', () => Promise.resolve(existsSync(dashboard.socket)));
    const found = await runProgram(['find', sockets, state, '-type', 's', '-printf', '%m %p\n']);
    const listed = [...new Set(found.stdout.trim().split('\n'))];
    expect(listed.length).toBeGreaterThanOrEqual(2);
    for (const line of listed) {
      const [mode, path = ''] = line.split(' ');
      expect([path, mode]).toEqual([path, '600']);
      const tried = await runProgram([...OTHER, process.execPath, '-e', ASK, path]);
      expect([path, tried.stdout]).toEqual([path, 'EACCES\n']);
    }
    await rig().dev(['down']);
    await Promise.all(started);
  });
});

/** Addresses at which a user's processes listen: hexadecimal, as the kernel writes them. */
function listensAt(uid: number): readonly string[] {
  const rows = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8').split('\n'),
  );
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , owner] = row.trim().split(/\s+/);
    return state === '0A' && owner === String(uid) ? [local] : [];
  });
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
