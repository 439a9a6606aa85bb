import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest, type Rig } from '../support/rig.ts';

/** A repository as somebody made it for Compose, who never heard of this tool. */
function repository(port: number): Readonly<Record<string, string>> {
  return {
    'docker-compose.yml': `
services:
  web:
    image: onestack/node
    command: [node, server.js]
    working_dir: /srv
    volumes: ['.:/srv:ro']
    ports: ['\${WEB_PORT:-${String(port)}}:3000']
    environment: { GREETING: 'hello \${WHO}', HOST_API: 'http://host.docker.internal:9' }
    configs: [{ source: motto, target: /motto }]
    secrets: [word]
    depends_on: [store]
    init: true
    user: '0:0'
  store: { image: onestack/os, command: sleep infinity, init: true, volumes: ['data:/data'] }
  extra: { image: onestack/os, command: sleep infinity, init: true, profiles: [debug] }
configs: { motto: { environment: MOTTO } }
secrets: { word: { environment: WORD } }
volumes: { data: }
`,
    'docker-compose.override.yml': `
services:
  web: { environment: { MORE: yes } }
`,
    '.env': 'WHO=world\nMOTTO=only in a file\nWORD=swordfish\n',
    'server.js': `
const { readFileSync } = require('node:fs');
const text = () => [process.env.GREETING, process.env.MORE, readFileSync('/motto', 'utf8'), readFileSync('/run/secrets/word', 'utf8')].join('|');
require('node:http').createServer((request, response) => response.end(text())).listen(3000);
`,
  };
}

/** The name that Compose gives to a folder. */
const composeName = ({ directory }: Rig): string =>
  (directory.split('/').at(-1) ?? '').toLowerCase();

async function services(rig: Rig): Promise<readonly string[]> {
  const filter = `label=com.docker.compose.project=${composeName(rig)}`;
  const format = '{{.Label "com.docker.compose.service"}}';
  const listed = await rig.run(['docker', 'ps', '--filter', filter, '--format', format]);
  return listed.stdout.split('\n').filter(Boolean).sort();
}

async function answer(port: number): Promise<string> {
  const fetched = async (): Promise<string | undefined> => {
    try {
      return await (
        await fetch(`http://127.0.0.1:${String(port)}/`, { signal: AbortSignal.timeout(5_000) })
      ).text();
    } catch {
      return undefined;
    }
  };
  await expect.poll(fetched, { timeout: 20_000 }).toBeDefined();
  return (await fetched()) ?? '';
}

describe('a folder with a Compose file alone', () => {
  it('comes up under the name that Compose gives it, follows every command, and leaves nothing', async () => {
    const port = await freePort();
    const rig = rigForTest({ files: repository(port) });
    const name = composeName(rig);

    const first = await rig.dev(['up', '--detach']);
    expect(first.status).toBe(0);
    expect(first.stderr).toContain(
      'no dev.yaml here: runs docker-compose.yml + docker-compose.override.yml as it is; dev init makes more of it',
    );
    expect(first.stdout).toContain(`${name} is up: 2 services`);
    // As in Docker Desktop, where such files are often written.
    const host = await rig.dev(['shell', 'web', '--', 'getent', 'hosts', 'host.docker.internal']);
    expect(host.stdout).toMatch(/^\d+\.\d+\.\d+\.\d+ +host\.docker\.internal\n$/);
    // Variables of .env reach what is replaced, and what Compose itself looks up.
    expect(await answer(port)).toBe('hello world|yes|only in a file|swordfish');
    expect(await services(rig)).toEqual(['store', 'web']);
    expect(existsSync(rig.path('dev.settings.yaml'))).toBe(false);
    expect(rig.read('.dev/compose.yaml')).not.toContain('swordfish');

    expect(first.stderr).toContain(
      `open to this machine alone, not to the network: web ${String(port)}`,
    );

    const again = await rig.dev(['up', '--detach']);
    expect(again.stderr).not.toContain('open to this machine alone');
    expect(again.stdout).toContain('nothing to do, 2 services up');

    // Who names a service wants it; it stays when nobody names it.
    expect((await rig.dev(['up', '--detach', 'extra'])).status).toBe(0);
    expect((await rig.dev(['up', '--detach'])).stdout).toContain('nothing to do, 3 services up');
    expect(await services(rig)).toEqual(['extra', 'store', 'web']);

    const status = await rig.dev(['status']);
    expect(status.status).toBe(0);
    expect(status.stdout).toMatch(/extra +up/);
    const urls = await rig.dev(['urls']);
    expect(urls.stdout).toContain(`http://localhost:${String(port)}`);
    const shell = await rig.dev(['shell', 'web', '--', 'printenv', 'GREETING']);
    expect(shell.stdout.trim()).toBe('hello world');
    const check = await rig.dev(['check'], { timeoutMs: 60_000 });
    expect([check.status, check.stdout]).toEqual([0, 'nothing to check\n']);
    const explained = await rig.dev(['config', '--explain', 'services.web.image']);
    expect(explained.stdout).toContain('docker-compose.yml:4');

    // An edit that the session follows.
    rig.write(
      'docker-compose.override.yml',
      'services: { web: { environment: { MORE: edited } } }\n',
    );
    await expect
      .poll(() => answer(port), { timeout: 60_000 })
      .toBe('hello world|edited|only in a file|swordfish');

    expect((await rig.dev(['down'])).status).toBe(0);
    expect(await services(rig)).toEqual([]);
    const cleaned = await rig.dev(['clean', '--volumes', '--yes']);
    expect(cleaned.stdout).toContain(`data volume ${name}_data`);
    expect(existsSync(rig.path('.dev'))).toBe(false);
  });

  it('takes over what Compose runs there, data included', async () => {
    const port = await freePort();
    const rig = rigForTest({ files: repository(port) });
    const compose = ['docker', 'compose', '--progress', 'quiet'];
    // The engine has no image of that name without its version.
    const image =
      (
        await rig.run(['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}', 'onestack/os'])
      ).stdout.split('\n')[0] ?? '';
    rig.write(
      'docker-compose.yml',
      `services:\n  store: { image: '${image}', command: sleep infinity, init: true, user: '0:0', volumes: ['data:/data'] }\nvolumes: { data: }\n`,
    );
    rig.write('docker-compose.override.yml', '{}\n');
    await rig.run([...compose, 'up', '--detach']);
    await rig.run([...compose, 'exec', '-T', 'store', 'sh', '-c', 'echo kept > /data/x']);
    const up = await rig.dev(['up', '--detach', '--no-watch']);
    expect(up.status).toBe(0);
    const data = await rig.dev(['shell', 'store', '--', 'cat', '/data/x']);
    expect(data.stdout.trim()).toBe('kept');
  });

  it('is told what keeps it from running', async () => {
    const rig = rigForTest({ files: { 'compose.yaml': 'services: {}\n' } });
    const empty = await rig.dev(['up', '--detach']);
    expect(empty.status).toBe(2);
    expect(empty.stderr).toContain('has no services');
    rig.write('compose.yaml', 'services: { t: { image: onestack/os, profiles: [debug] } }\n');
    const off = await rig.dev(['up', '--detach']);
    expect(off.status).toBe(2);
    expect(off.stderr).toContain('t (debug)');
    expect(off.stderr).toContain('dev up --profile debug');
    const dry = await rig.dev(['up', '--dry-run', '--profile', 'debug']);
    expect(dry.stdout).toContain('create t: no container yet');
  });
});

describe('what differs from Compose', () => {
  it('is told, switched off in one line, and shows both origins', async () => {
    const rig = rigForTest({
      files: {
        'compose.yaml': `
services:
  a:
    image: onestack/os
    command: sleep infinity
    init: true
    ports: ['\${A_PORT}:80']
    environment: { T: '\${TYPO}' }
    healthcheck: { test: [CMD, 'true'], interval: 5m }
    container_name: \${COMPOSE_PROJECT_NAME}-fixed
  b:
    # Of a Dockerfile's health check only its beginning is another.
    build: { dockerfile_inline: "FROM onestack/os\\nHEALTHCHECK --interval=5m CMD true" }
    command: sleep infinity
    init: true
`,
        '.env.example': `A_PORT=${String(await freePort())}\n`,
      },
    });
    const bare = await rig.dev(['up', '--detach', '--no-watch']);
    expect(bare.stderr).toContain('compose.yaml:8: TYPO is not set, it is blank here');
    expect(bare.stderr).toContain('asked for their health every second while they start: a, b');
    expect(bare.stderr).toContain('there is no .env, but .env.example: cp .env.example .env');
    rig.write('.env', rig.read('.env.example'));

    // Somebody else has the name.
    const fixed = `${composeName(rig)}-fixed`;
    await rig.dev(['down']);
    await rig.run(['docker', 'create', '--name', fixed, 'debian:trixie-slim', 'true']);
    try {
      const up = await rig.dev(['up', '--detach', '--no-watch']);
      expect([up.status, up.stderr]).toEqual([0, expect.stringContaining('gets ' + fixed)]);
      const found = await rig.dev(['shell', 'a', '--', 'getent', 'hosts', fixed]);
      expect(found.status).toBe(0);
    } finally {
      await rig.run(['docker', 'rm', fixed]);
    }

    const port = await rig.dev(['config', '--explain', 'services.a.ports']);
    expect(port.stdout).toContain('set by the tool: loopback only');
    expect(port.stdout).toContain('# .env:1');
    expect(port.stdout).toContain('compose.yaml:7');
    await rig.dev(['settings', 'compose.ports=as-written']);
    await rig.dev(['settings', 'compose.health=as-written']);
    const written = await rig.dev(['config']);
    expect(written.stdout).not.toContain('127.0.0.1');
    expect(written.stdout).not.toContain('start_interval');
  });
});

describe('a Compose file beside dev.yaml', () => {
  it('is the lowest layer, and that is said once', async () => {
    const rig = rigForTest({
      files: {
        'dev.yaml': `name: both
modules:
  b: { image: node, run: sleep 1d }
`,
        'compose.yaml': `services:
  a: { image: onestack/os, command: sleep infinity, init: true, environment: { X: low, Y: low } }
  b: { build: ./b }
`,
        'b/Dockerfile': 'FROM node:24-slim\nENV MODE=dev\nCMD ["node", "b.js"]\n',
        'compose/base.yaml': 'services: { a: { environment: { X: high } } }\n',
      },
    });
    const first = await rig.dev(['up', '--detach', '--no-watch']);
    expect(first.status).toBe(0);
    expect(first.stderr).toContain('compose.yaml is part of the project: its lowest layer');
    for (const told of [
      'b/Dockerfile:1 asks for node 24; the base image of b has 20',
      'module b: instead of `node b.js` (b/Dockerfile:3) it runs `sleep 1d` (dev.yaml:3)',
      'module b: ENV MODE (b/Dockerfile:2) is not set',
    ]) {
      expect(first.stderr).toContain(told);
    }
    const second = await rig.dev(['up', '--detach', '--no-watch']);
    expect(second.stderr).not.toContain('lowest layer');
    expect(second.stderr).not.toContain('Dockerfile');
    const values = await rig.dev(['shell', 'a', '--', 'sh', '-c', 'echo $X $Y']);
    expect(values.stdout.trim()).toBe('high low');
  });
});
