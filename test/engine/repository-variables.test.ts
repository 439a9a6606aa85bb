import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

/** Each has a program on the host look for other programs, libraries, engines or orders. */
const TAKEN_OVER = {
  LD_PRELOAD: './evil.so',
  DOCKER_CONFIG: './docker',
  DOCKER_HOST: 'tcp://192.0.2.1:2375',
  DOCKER_CONTEXT: 'theirs',
  BUILDX_BUILDER: 'theirs',
  BUILDX_CONFIG: './buildx',
  BUILDKIT_CACHE_MOUNT_NS: 'theirs',
  COMPOSE_FILE: 'compose.yaml',
  NODE_OPTIONS: '--require=./evil.js',
  BASH_ENV: './evil.sh',
  GIT_SSH_COMMAND: './evil.sh',
};

const DOCKERFILE = `FROM debian:trixie-slim
ARG OWN
ARG FROM_FILE
RUN --mount=type=cache,id=everybodys,target=/cache --mount=type=secret,id=built \\
    ls /cache >/seen && touch /cache/$OWN && printf '%s' "$FROM_FILE" >/given && test -s /run/secrets/built
`;

const filesOf = (own: string): Readonly<Record<string, string>> => ({
  'dev.yaml': 'name: variables\n',
  'compose.yaml': `services:
  web:
    build:
      context: .
      args: { OWN: ${own}, FROM_FILE: }
      secrets: [built]
    command: [sleep, infinity]
    init: true
    secrets: [given]
secrets:
  given: { environment: LD_PRELOAD }
  built: { environment: DOCKER_HOST }
`,
  Dockerfile: DOCKERFILE,
  '.env': `FROM_FILE=a value\n${Object.entries(TAKEN_OVER)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}`,
  '.dev/.env': 'COMPOSE_PROFILES=theirs\nLD_PRELOAD=./evil.so\n',
  'docker/config.json': '{ "cliPluginsExtraDirs": ["./docker/plugins"] }',
  'docker/plugins/docker-compose': '#!/bin/sh\ntouch owned\n',
  'docker/plugins/docker-buildx': '#!/bin/sh\ntouch owned\n',
});

describe('variables and caches of a repository', () => {
  const first = rigForSuite({ files: filesOf('first') });
  const second = rigForSuite({ files: filesOf('second') });
  const both = [first, second];

  /** What `docker` and its plugins were given, as the first of them saw it. */
  const spied = (rig: ReturnType<typeof first>): string => `${rig.directory}-home/spied`;

  beforeAll(async () => {
    const docker = (await runProgram(['sh', '-c', 'command -v docker'])).stdout.trim();
    for (const rig of both) {
      const bin = join(spied(rig()), 'bin');
      mkdirSync(bin, { recursive: true });
      const log = join(spied(rig()), 'environment');
      const shim = `#!/bin/sh\nenv >>'${log}'\nexec ${docker} "$@"\n`;
      writeFileSync(join(bin, 'docker'), shim);
      chmodSync(join(bin, 'docker'), 0o755);
      for (const name of ['compose', 'buildx'])
        chmodSync(rig().path(`docker/plugins/docker-${name}`), 0o755);
      const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
      const up = await rig().dev(['up', '--yes', '--detach'], { env });
      expect(up.status, rig().transcript()).toBe(0);
    }
  });

  const inside = async (rig: ReturnType<typeof first>, path: string): Promise<string> =>
    (await runProgram(['docker', 'exec', `${rig.name}-web-1`, 'cat', path])).stdout;

  it('reach no program of the host', () => {
    for (const rig of both) {
      const seen = readFileSync(join(spied(rig()), 'environment'), 'utf8');
      expect(seen).toContain('PATH=');
      const found = Object.entries(TAKEN_OVER)
        .filter(([name, value]) => seen.split('\n').includes(`${name}=${value}`))
        .map(([name]) => name);
      expect(found).toEqual([]);
      expect(existsSync(rig().path('owned'))).toBe(false);
    }
  });

  it('are what containers and builds are given all the same', async () => {
    expect(await inside(first(), '/run/secrets/given')).toBe('./evil.so');
    expect(await inside(first(), '/given')).toBe('a value');
  });

  it('are not found by the next project: what a build left in a cache', async () => {
    expect(await inside(first(), '/seen')).toBe('');
    expect(await inside(second(), '/seen')).toBe('');
    // The same project finds its own.
    second().write(
      'Dockerfile',
      `${DOCKERFILE}RUN --mount=type=cache,id=everybodys,target=/cache ls /cache >/seen\n`,
    );
    expect((await second().dev(['up', '--yes', '--detach'])).status).toBe(0);
    expect(await inside(second(), '/seen')).toBe('second\n');
  });
});
