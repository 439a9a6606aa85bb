import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { dockerConfig, registryForSuite } from '../support/registry.ts';
import { rigForSuite, rigForTest, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const UP = ['up', '--detach', '--no-watch'];
const WAIT = 'init: true, command: sleep infinity, stop_grace_period: 0s';

async function docker(...args: readonly string[]): Promise<string> {
  const done = await runProgram(['docker', ...args]);
  if (done.status !== 0) throw new Error(`docker ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

async function inService(rig: Rig, service: string, ...argv: readonly string[]): Promise<string> {
  return docker('exec', `${rig.name}-${service}-1`, ...argv);
}

describe('images that services build', () => {
  const suite = rigForSuite({
    files: {
      'dev.yaml': 'name: x\n',
      'web/Dockerfile':
        'FROM debian:trixie-slim\nARG GREETING\nRUN echo "$GREETING" >/greeting\nCOPY note /note\n',
      'web/note': 'one\n',
      'tool/Dockerfile':
        'ARG BASE=scratch\nFROM $BASE AS first\nRUN tr a-z A-Z </note >/loud\nFROM first AS last\nRUN exit 1\n',
      'compose/base.yaml': `services:
  web: {build: {context: ./web, args: {GREETING: 'h$$i'}}, ${WAIT}}
  tool:
    build: {context: ./tool, target: first, args: {BASE: acme/$NAME-base}}
    ${WAIT.replaceAll(', ', '\n    ')}
  twin: {image: '$NAME-twin', build: {dockerfile_inline: "FROM onestack/os", context: .}, ${WAIT}}
  base: {image: 'acme/$NAME-base', build: ./web, ${WAIT}}
  gone: {image: '127.0.0.1:$PORT/gone', ${WAIT}}
  needs-gone: {image: acme/$NAME-base, depends_on: [gone], ${WAIT}}
`,
    },
  });

  it('are built at once, each after those it begins with; one that cannot be had keeps back its own', async () => {
    const rig = suite();
    rig.write('.env', `NAME=${rig.name}\nPORT=${String(await freePort())}\n`);
    const dry = await rig.dev(['up', '--dry-run']);
    expect(dry.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'build web: no image yet',
        'build tool: no image yet',
        `pull ${/127\.0\.0\.1:\d+\/gone/.exec(dry.stdout)?.[0] ?? ''}: no image yet`,
      ]),
    );
    const up = await rig.dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toMatch(
      /gone: 127.* cannot be pulled\n.*does not answer: .*connection refused/,
    );
    expect(up.stderr).toContain('without it, nothing was done about needs-gone');
    expect(await inService(rig, 'web', 'cat', '/greeting', '/note')).toBe('h$i\none');
    expect(await inService(rig, 'tool', 'cat', '/loud')).toBe('ONE');
    const running = await docker(
      'ps',
      '--filter',
      `label=com.docker.compose.project=${rig.name}`,
      '--format',
      '{{.Label "com.docker.compose.service"}} {{.Image}}',
    );
    expect(running.split('\n').sort()).toEqual([
      `base acme/${rig.name}-base`,
      `tool ${rig.name}-tool`,
      `twin ${rig.name}-twin`,
      `web ${rig.name}-web`,
    ]);
  });

  it('are left alone where they are there, and built again by their name', async () => {
    const rig = suite();
    rig.write('compose/dev.yaml', 'services: {gone: !reset null, needs-gone: !reset null}\n');
    expect((await rig.dev(UP)).status).toBe(0);
    expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
    await docker('rm', '--force', `${rig.name}-web-1`);
    await docker('image', 'rm', `${rig.name}-web`);
    expect((await rig.dev(['up', '--dry-run'])).stdout).toBe(
      'build web: no image yet\ncreate web: no container yet\n',
    );
    expect((await rig.dev(UP)).status).toBe(0);
  });

  it('tell the step that failed, its last lines and its place', async () => {
    const rig = suite();
    rig.write(
      'web/broken/Dockerfile',
      'FROM debian:trixie-slim AS a\nRUN true\n\nFROM a\n# x\nRUN echo said \\\n && exit 7\n',
    );
    rig.write(
      'compose/dev.yaml',
      `services:
  gone: !reset null
  needs-gone: !reset null
  broken: {build: ./web/broken, ${WAIT}}
`,
    );
    const up = await rig.dev(['--json', ...UP]);
    expect(up.status).toBe(1);
    const { failures } = JSON.parse(up.stdout) as { failures: unknown[] };
    expect(failures).toMatchObject([
      {
        reason: 'image',
        what: 'The image of broken could not be built',
        why: expect.stringMatching(/^Step 1\/1 RUN echo said .*failed: exit code: 7$/) as string,
        detail: ['said'],
        at: { file: 'web/broken/Dockerfile', line: 6 },
      },
    ]);
  });

  it('leave nothing behind', async () => {
    const rig = suite();
    expect((await rig.dev(['clean', '--yes', '--volumes'])).status).toBe(0);
    expect(
      await docker('images', '--quiet', '--filter', `label=com.docker.compose.project=${rig.name}`),
    ).toBe('');
  });
});

describe('images of a registry', () => {
  const registry = registryForSuite({ login: true });

  it('are pulled with the credentials of the person, by tag and by digest', async () => {
    const { host } = registry();
    const tagged = `${host}/acme/app:1`;
    const digest = await registry().push('acme/app:1', 'first');
    const rig = rigForTest({
      files: {
        'dev.yaml': 'name: x\n',
        'compose/base.yaml': `services:
  app: {image: '${tagged}', ${WAIT}}
  exact: {image: '${digest}', pull_policy: never, ${WAIT}}
`,
      },
    });
    const refused = await rig.dev(UP);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`wants a login`);
    expect(refused.stderr).toContain(`docker login ${host}`);
    expect(refused.stderr).toContain('exact: the image');
    expect(refused.stderr).toContain('pull_policy: never forbids to pull it');

    const config = rig.path('docker-config');
    mkdirSync(config);
    writeFileSync(`${config}/config.json`, dockerConfig(host));
    const env = { DOCKER_CONFIG: config };
    rig.write('compose/dev.yaml', 'services: {exact: {pull_policy: missing}}\n');
    expect((await rig.dev(UP, { env })).status).toBe(0);
    expect(await inService(rig, 'app', 'cat', '/pushed')).toBe('first');
    expect(await inService(rig, 'exact', 'cat', '/pushed')).toBe('first');
    expect((await rig.dev(['up', '--dry-run'], { env })).stdout).toBe('nothing to do\n');

    // A newer one under the same tag is taken by who asks for it, and only then.
    rig.write(
      'compose/dev.yaml',
      'services: {app: {pull_policy: always}, exact: {pull_policy: missing}}\n',
    );
    const same = await docker('inspect', '--format', '{{.Id}}', `${rig.name}-app-1`);
    expect((await rig.dev(UP, { env })).status).toBe(0);
    expect(await docker('inspect', '--format', '{{.Id}}', `${rig.name}-app-1`)).toBe(same);
    await docker('tag', tagged, `${tagged}-kept`);
    await registry().push('acme/app:1', 'second');
    await docker('tag', `${tagged}-kept`, tagged);
    expect((await rig.dev(UP, { env })).status).toBe(0);
    expect(await inService(rig, 'app', 'cat', '/pushed')).toBe('second');
    expect(await inService(rig, 'exact', 'cat', '/pushed')).toBe('first');

    await registry().stop();
    const offline = await rig.dev(UP, { env });
    expect(offline.status).toBe(0);
    expect(offline.stderr).toContain(
      `${tagged} cannot be pulled again; the one that is here is used`,
    );
    await registry().start();
    await rig.dev(['down']);
    await docker('image', 'rm', '--force', tagged, `${tagged}-kept`, digest);
  });
});
