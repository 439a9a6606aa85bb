import { createServer, type Server } from 'node:http';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite, rigForTest, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const UP = ['up', '--detach', '--no-watch'];
const WAIT = 'init: true, command: sleep infinity, stop_grace_period: 0s';

async function docker(...args: readonly string[]): Promise<string> {
  const done = await runProgram(['docker', ...args]);
  if (done.status !== 0) throw new Error(`docker ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

const plan = async (rig: Rig): Promise<string> =>
  (await rig.dev(['up', '--dry-run', '--verbose'])).stdout;

describe('a build that is out of date', () => {
  const suite = rigForSuite({
    files: {
      'dev.yaml': 'name: x\n',
      'compose/base.yaml': `services:
  web: {build: {context: ., args: {A: '1'}}, ${WAIT}}
  child: {build: ./child, ${WAIT}}
`,
      '.env': 'TOKEN=abc\nGREETING=$UNSET\n',
      Dockerfile: 'FROM debian:trixie-slim\nARG A\nCOPY . /app\nRUN mkdir /empty\n',
      '.dockerignore': '*.log\nchild\ncompose\n!.dev\n!dev.settings.yaml\n',
      'server.js': 'one',
      'key.pem': '-----BEGIN PRIVATE KEY-----\n',
      '.git/config': '[remote "origin"]\n\turl = https://ann:sesame@example.com/x.git\n',
      '.git/HEAD': 'ref: refs/heads/main\n',
    },
  });

  it('holds what it is to hold, and nothing of the tool or of git logins; secrets are told once', async () => {
    const rig = suite();
    rig.write('child/Dockerfile', `FROM ${rig.name}-web\nRUN cp /app/server.js /copied\n`);
    rig.write('noise.log', '1');
    symlinkSync('/usr/share/zoneinfo/UTC', rig.path('zone'));
    mkdirSync(rig.path('void'));
    const up = await rig.dev(UP);
    expect(up.status).toBe(0);
    expect(up.stderr).toContain('web: its Dockerfile copies .env, key.pem into the image');
    expect(up.stderr).toContain('add to .dockerignore: .env key.pem');
    const listed = await docker('exec', `${rig.name}-web-1`, 'find', '/app', '-printf', '%P %l\n');
    expect(
      listed
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual([
      '.dockerignore',
      '.env',
      '.git',
      '.git/HEAD',
      'Dockerfile',
      'dev.yaml',
      'key.pem',
      'server.js',
      'void',
      'zone /usr/share/zoneinfo/UTC',
    ]);
    const history = await docker(
      'history',
      '--no-trunc',
      '--format',
      '{{.CreatedBy}}',
      `${rig.name}-web`,
    );
    expect(history).not.toContain('.dev');
    expect(await plan(rig)).toBe('nothing to do\n');
  });

  it('is built again for each input, with its cause, and what is built from it', async () => {
    const rig = suite();
    rig.write('server.js', 'two');
    expect(await plan(rig)).toBe(`build web: server.js changed
build child: ${rig.name}-web changed
recreate web: server.js changed (its image)
recreate child: ${rig.name}-web changed (its image)
`);
    const up = await rig.dev(UP);
    expect(up.status).toBe(0);
    expect(up.stderr).not.toContain('into the image');
    expect(await docker('exec', `${rig.name}-child-1`, 'cat', '/copied')).toBe('two');
    expect(await plan(rig)).toBe('nothing to do\n');

    rig.write('noise.log', '2');
    expect(await plan(rig)).toBe('nothing to do\n');
    chmodSync(rig.path('server.js'), 0o755);
    expect(await plan(rig)).toContain('build web: server.js changed\n');
    chmodSync(rig.path('server.js'), 0o644);
    expect(await plan(rig)).toBe('nothing to do\n');
    rig.write('compose/dev.yaml', "services: {web: {build: {args: {A: '2'}}}}\n");
    expect(await plan(rig)).toContain('build web: args changed\n');
    rig.write('compose/dev.yaml', 'services: {web: {build: {args: [A=1]}}}\n');
    expect(await plan(rig)).toBe('nothing to do\n');
    rig.write('Dockerfile', `${rig.read('Dockerfile')}# end\n`);
    expect(await plan(rig)).toContain('build web: Dockerfile changed\n');
  });

  it('leaves what runs alone when it cannot be built', async () => {
    const rig = suite();
    rig.write('Dockerfile', 'FROM debian:trixie-slim\nRUN false\n');
    const up = await rig.dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('The image of web could not be built');
    expect(up.stderr).toContain('Dockerfile:2');
    expect(await docker('exec', `${rig.name}-web-1`, 'cat', '/app/server.js')).toBe('two');
  });
});

describe("the company's network", () => {
  it('reaches every step of a build, and nothing of it stays in the image', async () => {
    const rig = rigForTest({
      files: {
        'web/Dockerfile': `FROM debian:trixie-slim AS build
RUN test "$(cat "$SSL_CERT_FILE")" = "$(cat "$NODE_EXTRA_CA_CERTS")" && tail -n 2 "$PIP_CERT" >/tail
FROM \\
  debian:trixie-slim
RUN ["cp", "/run/onestack/ca-bundle.crt", "/dev/null"]
RUN <<END
  echo "$https_proxy" | md5sum >/proxy
  rev "$CURL_CA_BUNDLE" >/seen
END
USER nobody
RUN test -r "$SSL_CERT_FILE"
USER root
COPY --from=build /etc/debian_version /
`,
      },
    });
    // Without dev.yaml, too: the project has no certificates of its own there.
    rig.write('compose.yaml', `name: ${rig.name}\nservices:\n  web: {build: ./web, ${WAIT}}\n`);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', '/dev/null', '-out', rig.path('company.pem')];
    const made = await rig.run([
      'openssl',
      'req',
      '-x509',
      ...key,
      ...files,
      '-subj',
      '/CN=Company',
    ]);
    expect(made.status).toBe(0);
    const env = {
      NODE_EXTRA_CA_CERTS: rig.path('company.pem'),
      https_proxy: 'http://proxy.company.test:3128',
    };
    const up = await rig.dev(UP, { env });
    expect(up.status).toBe(0);
    const [, line = ''] = rig.read('company.pem').split('\n');
    expect(await inWeb(rig, 'cat', '/seen')).toContain(Array.from(line).reverse().join(''));
    const sum = await inWeb(rig, 'sh', '-c', `echo ${env.https_proxy} | md5sum`);
    expect(await inWeb(rig, 'cat', '/proxy')).toBe(sum);
    expect(await inWeb(rig, 'sh', '-c', 'ls /run; env')).not.toMatch(/onestack|CERT|proxy/i);

    const saved = rig.path('image.tar');
    await docker('save', '--output', saved, `${rig.name}-web`);
    const bytes = readFileSync(saved);
    for (const secret of [line, 'proxy.company.test']) expect(bytes.includes(secret)).toBe(false);
    const [{ Config: config }] = JSON.parse(
      await docker('image', 'inspect', `${rig.name}-web`),
    ) as [{ Config: { Env: readonly string[] } }];
    expect(config.Env.filter((one) => !one.startsWith('PATH='))).toEqual([]);

    rig.write('web/Dockerfile', 'FROM debian:trixie-slim\nRUN true\nRUNN x\n');
    const broken = await rig.dev(UP, { env });
    expect(broken.stderr).toContain('web/Dockerfile:3');
  });
});

/** Without a company's certificates, as Compose builds. */
const NO_COMPANY = 'certificates: { company_ca: none }\n';

async function inWeb(rig: Rig, ...argv: readonly string[]): Promise<string> {
  return docker('exec', `${rig.name}-web-1`, ...argv);
}

describe('every key of build:', () => {
  let server: Server;
  let root = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      try {
        const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
        response.end(readFileSync(join(root, path)));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  it('comes to the image that docker compose build makes', async () => {
    const files = { 'dev.yaml': 'name: x\n', 'dev.settings.yaml': NO_COMPANY };
    const rig = rigForTest({ files });
    const { port } = server.address() as AddressInfo;
    root = rig.path('served');
    const git = ['git', '-c', 'user.name=x', '-c', 'user.email=x@x', '-C', rig.path('repository')];
    rig.write('repository/sub/Dockerfile', 'FROM debian:trixie-slim\nCOPY . /from-git\n');
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-q', '-m', 'x'],
    ]) {
      expect((await rig.run([...git, ...args])).status).toBe(0);
    }
    await rig.run([
      'git',
      'clone',
      '-q',
      '--bare',
      rig.path('repository'),
      rig.path('served/x.git'),
    ]);
    await rig.run(['git', '-C', rig.path('served/x.git'), 'update-server-info']);
    rig.write(
      'main/Dockerfile',
      'FROM debian:trixie-slim AS first\nARG A\nARG B\nRUN echo "$A $B" >/args\nLABEL one=1\nFROM first\nRUN echo two >/two\n',
    );
    rig.write('main/other.Dockerfile', 'FROM debian:trixie-slim\nCOPY . /all\n');
    rig.write('main/other.Dockerfile.dockerignore', '*\n!kept\n');
    rig.write('main/.dockerignore', 'kept\n');
    rig.write('main/kept', 'k');
    rig.write('more/file', 'm');
    rig.write('secret', 's1');
    const inline = (...lines: readonly string[]): string =>
      JSON.stringify(['FROM debian:trixie-slim', ...lines].join('\n'));
    const common = `args: {A: 'x$$y', B: }, target: first, labels: {two: "2"}, shm_size: 128mb, extra_hosts: ['a.b:1.2.3.4']`;
    const services: Readonly<Record<string, string>> = {
      plain: `build: {context: main, ${common}, cache_from: ['acme/none:1'], no_cache: false, pull: false}`,
      named: 'build: {context: main, dockerfile: other.Dockerfile}',
      listed: `build: {context: main, args: [A=1, B], target: first, labels: [three=3], network: none}`,
      inlined: `build: {context: main, dockerfile_inline: ${inline('COPY . /all', 'ENV X=1', 'USER 1000')}}`,
      contexts: `build: {additional_contexts: {more: ./more}, context: main, dockerfile_inline: ${inline('COPY --from=more / /more')}}`,
      secretive: `build: {secrets: [word, {source: given, target: other}], context: main, dockerfile_inline: ${inline('RUN --mount=type=secret,id=word --mount=type=secret,id=other cat /run/secrets/word /run/secrets/other | rev >/reversed')}}`,
      hosts: `build: {context: main, extra_hosts: {c.d: 5.6.7.8}, dockerfile_inline: ${inline('RUN grep c.d /etc/hosts >/hosts')}}`,
      platform: `platform: linux/amd64\n    build: {context: main, platforms: [linux/amd64], dockerfile: other.Dockerfile}`,
      fetched: `build: http://127.0.0.1:${String(port)}/x.git#:sub`,
      tagged: `image: ostest/TAG:1\n    build: {context: main, tags: ['ostest/TAG:2'], dockerfile: other.Dockerfile}`,
    };
    const text = (tag: string): string =>
      `services:\n${Object.entries(services)
        .map(
          ([name, body]) =>
            `  ${name}:\n    init: true\n    command: sleep infinity\n    stop_grace_period: 0s\n    ${body.replaceAll('TAG', tag)}\n`,
        )
        .join('')}secrets: {word: {file: ./secret}, given: {environment: GIVEN}}\n`;
    rig.write('compose/base.yaml', text(rig.name));
    const env = { B: 'from outside', GIVEN: 's2' };
    expect((await rig.dev(['trust'], { env })).status).toBe(0);
    const up = await rig.dev(UP, { env });
    expect(up.status).toBe(0);

    const theirs = `${rig.name}-theirs`;
    writeFileSync(rig.path('theirs.yaml'), text(theirs));
    const built = await rig.run(
      [
        'docker',
        'compose',
        '-p',
        theirs,
        '--project-directory',
        rig.directory,
        '-f',
        rig.path('theirs.yaml'),
        'build',
      ],
      { env },
    );
    expect(built.status).toBe(0);
    const look = async (reference: string): Promise<unknown> => {
      const [image] = JSON.parse(await docker('image', 'inspect', reference)) as [
        {
          Config: { Labels: Record<string, string> };
          RootFS: unknown;
          Os: string;
          Architecture: string;
        },
      ];
      const { Labels: labels, ...config } = image.Config;
      const own = Object.entries(labels).filter(
        ([name]) => !/^(?:com\.docker\.compose|dev\.onestack)\./.test(name),
      );
      return {
        config,
        labels: own.sort(),
        layers: image.RootFS,
        on: [image.Os, image.Architecture],
      };
    };
    for (const name of Object.keys(services)) {
      const of = (project: string): string =>
        name === 'tagged' ? `ostest/${project}:2` : `${project}-${name}`;
      expect(await look(of(rig.name)), name).toEqual(await look(of(theirs)));
    }
    expect((await rig.dev(['up', '--dry-run'], { env })).stdout).toBe('nothing to do\n');
    expect((await rig.dev(['up', '--dry-run'], { env: { ...env, B: 'other' } })).stdout).toContain(
      'build listed: args changed',
    );
    await runProgram([
      'sh',
      '-c',
      `docker images -q --filter label=com.docker.compose.project=${theirs} | sort -u | xargs docker rmi -f`,
    ]);
  });
});

it('brings images of other services that a named one is built upon, and follows edits of theirs', async () => {
  const inline = (...lines: readonly string[]): string =>
    JSON.stringify(`${['FROM debian:trixie-slim', ...lines].join('\n')}\n`);
  const stack = (text: string): string => `services:
  main:
    build:
      dockerfile_inline: ${inline('COPY --from=middle /text /text')}
      additional_contexts: { middle: 'service:middle' }
    init: true
    command: sleep infinity
    stop_grace_period: 0s
  middle:
    build:
      dockerfile_inline: ${inline('COPY --from=bottom /text /text')}
      additional_contexts: { bottom: 'service:bottom' }
  bottom:
    build: { dockerfile_inline: ${inline(`RUN echo ${text} > /text`)} }
`;
  const rig = rigForTest({ files: { 'compose.yaml': stack('one') } });
  rig.write('.env', `COMPOSE_PROJECT_NAME=${rig.name}\n`);
  expect((await rig.dev([...UP, 'main'])).status).toBe(0);
  expect(await docker('exec', `${rig.name}-main-1`, 'cat', '/text')).toBe('one');
  rig.write('compose.yaml', stack('two'));
  const again = await rig.dev([...UP, 'main']);
  expect(again.stderr).toContain(`recreate main: ${rig.name}-middle changed (its image)`);
  expect(await docker('exec', `${rig.name}-main-1`, 'cat', '/text')).toBe('two');
  const made = await docker('ps', '-a', '--filter', `name=${rig.name}-`, '--format', '{{.Names}}');
  expect(made).toBe(`${rig.name}-main-1`);
});
