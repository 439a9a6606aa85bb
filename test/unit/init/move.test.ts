import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyInit } from '../../../src/app/init.ts';
import { planMove } from '../../../src/app/init/move.ts';
import { readProject } from '../../../src/app/project/read-project.ts';
import { dockerfileFacts } from '../../../src/init/dockerfile-facts.ts';
import { initWorld } from '../../support/init-world.ts';

const facts = (text: string, target?: string) =>
  dockerfileFacts(text, 'web/Dockerfile', { target, args: new Map() });

describe('what a Dockerfile gives its container', () => {
  it('is told by the stage that is built, and those that it begins with', () => {
    const text = `
FROM node:24-slim AS base
ENV A=1 B="two words" C='x'
ENV OLD some words
EXPOSE 3000 53/udp
WORKDIR /app
FROM base AS dev
ENV A=2
USER node
HEALTHCHECK --interval=5s --start-period=1m --retries=4 \\
  CMD curl -f http://localhost:3000/
CMD ["npm", "run", "dev"]
FROM nginx
ENV Z=1
CMD nginx
`;
    const dev = facts(text, 'dev');
    expect(Object.fromEntries(dev.environment)).toEqual({
      ...{ A: '2', B: 'two words', C: 'x', OLD: 'some words' },
    });
    expect(dev).toMatchObject({
      ...{ expose: ['3000', '53/udp'], command: ['npm', 'run', 'dev'] },
      workdir: { value: '/app', at: 'web/Dockerfile:6' },
      user: { value: 'node', at: 'web/Dockerfile:9' },
      healthcheck: {
        ...{ test: ['CMD-SHELL', 'curl -f http://localhost:3000/'], interval: '5s' },
        ...{ start_period: '1m', retries: 4 },
      },
      wants: { image: 'node', version: '24', at: 'web/Dockerfile:2' },
    });
    expect(facts(text)).toMatchObject({ base: 'nginx', command: 'nginx', wants: undefined });
    expect(facts('')).toMatchObject({ command: undefined, healthcheck: undefined });
    expect(facts('FROM a\nHEALTHCHECK NONE\n').healthcheck).toBeUndefined();
  });
});

const DOCKERFILE = `FROM python:3.11
WORKDIR /srv
ENV MODE=dev KEPT=dockerfile PRICE='$5'
EXPOSE 8000
HEALTHCHECK CMD wget -q http://localhost:8000/up
ENTRYPOINT ["gunicorn"]
CMD ["/srv/app:app", "-w", "2"]
`;

const project = (devYaml: string, service = '') =>
  initWorld({
    'dev.yaml': devYaml,
    'compose.yaml': `
services:
  web:
    build: ./web
    environment: { KEPT: compose }
    ports: ['8000:8000']
    ${service}
  db: { image: 'postgres:16' }
`,
    'web/Dockerfile': DOCKERFILE,
    'web/requirements.txt': 'gunicorn\n',
  });

async function move(world: ReturnType<typeof initWorld>, service = 'web') {
  return planMove({ project: undefined, service }, world);
}

describe('dev init move', () => {
  it.each([
    'name: shop\n',
    'name: shop\nmodules:\n    api: { image: go, path: web/../api } # mine\n',
    'name: shop\nmodules: { api: { image: go } }\n',
    'name: shop\r\nmodules:\r\n  # first\r\n  api:\r\n    image: go\r\n',
  ])('adds a module to %j, and takes over what the Dockerfile gave', async (devYaml) => {
    const world = project(devYaml);
    world.files.put('/p/api/x', '');
    const plan = await move(world);
    if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
    expect(plan.value.changes).toContain('services.web.build');
    expect(plan.value.notes).toEqual([
      'WORKDIR /srv (web/Dockerfile:2): web runs in its folder below /workspace',
      'web/Dockerfile:1 has python 3.11; the base image of web has 3.13',
    ]);
    expect(applyInit(plan.value, world).ok).toBe(true);
    const read = readProject('/p', world);
    if (!read.ok) throw new Error(JSON.stringify(read.failure));
    expect(read.value.modules.find(({ name }) => name === 'web')).toMatchObject({
      ...{ path: 'web', image: 'python' },
      run: 'PATH="$PWD/.venv/bin:$PATH"; gunicorn ./app:app -w 2',
    });
    if (devYaml.includes('# mine')) expect(world.files.text('/p/dev.yaml')).toContain('# mine');
    const added: unknown = parse(world.files.text('/p/compose/base/web.yaml'));
    expect(added).toMatchObject({
      services: {
        web: {
          ...{ environment: { MODE: 'dev', PRICE: '$$5' }, expose: ['8000'] },
          healthcheck: { test: ['CMD', 'python3', '-c', expect.stringContaining('/up')] },
        },
      },
    });
    expect(world.files.text('/p/compose/base/web.yaml')).not.toContain('KEPT');
    expect(await move(world)).toMatchObject({ failure: [{ what: 'web is a module already' }] });
  });

  it.each([
    ['COPY --chown=a:a up.js /usr/local/bin/up', 'CMD up --fast', 'CMD-SHELL node up.js --fast'],
    ['ADD ["scripts/up.sh", "/opt/"]', 'CMD ["/opt/up.sh", "x"]', 'CMD sh scripts/up.sh x'],
    ['COPY up /bin/', 'CMD ["up"]', 'CMD ./up'],
    ['COPY . /srv', 'CMD ["node", "/srv/up.js"]', 'CMD node ./up.js'],
    ['COPY . /srv', 'CMD node up.js || exit 1', 'CMD-SHELL node up.js || exit 1'],
    ['COPY --from=tools /up /bin/up', 'CMD ["up"]', undefined],
    ['COPY lost.js /bin/up', 'CMD ["up"]', undefined],
  ])('asks for its health with what the module has: %s, %s', async (copy, check, expected) => {
    const world = project('name: shop\n');
    const dockerfile = `FROM node:20\nWORKDIR /srv\n${copy}\nHEALTHCHECK --interval=9s ${check}\n`;
    world.files.put('/p/web/Dockerfile', dockerfile);
    for (const name of ['up', 'up.js', 'scripts/up.sh']) world.files.put(`/p/web/${name}`, '');
    const plan = await move(world);
    if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
    expect(plan.value.notes.join('\n').includes('(web/Dockerfile:3)')).toBe(expected === undefined);
    expect(applyInit(plan.value, world).ok).toBe(true);
    const place = '/p/compose/base/web.yaml';
    const added: unknown = parse((world.files.exists(place) && world.files.text(place)) || '{}');
    const test = expected?.startsWith('CMD-SHELL')
      ? ['CMD-SHELL', expected.slice('CMD-SHELL '.length)]
      : expected?.split(' ');
    const services = { web: { healthcheck: { test, interval: '9s' } } };
    expect(added).toEqual(expected === undefined ? {} : { services });
  });

  it('runs what a module compiles, with the caches of its own base image', async () => {
    const moved = async (
      command: string,
      more: Readonly<Record<string, string>> = {},
      from = 'golang:1.24',
    ) => {
      const world = initWorld({
        'dev.yaml': 'name: shop\n',
        'compose.yaml': 'services: { web: { build: ./web } }\n',
        'web/Dockerfile': `FROM ${from}\nWORKDIR /code\nENV GOPATH=/go GOCACHE=/b CGO_ENABLED=0 DATA=/code/data:/data\n${command}\n`,
        ...{ 'web/go.mod': 'module x\n', 'web/main.go': 'package main\n' },
        ...more,
      });
      const plan = await move(world);
      if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
      return plan.value;
    };
    const plan = await moved('CMD ["/code/bin/backend", "--port", "80"]');
    expect(plan.module).toMatchObject({
      compile: 'go build -o bin/app .',
      run: 'bin/app --port 80',
    });
    const given = plan.files.find(({ path }) => path === 'compose/base/web.yaml')?.text;
    expect(given).toContain('environment: {CGO_ENABLED: "0", DATA: /app/web/data:/data}');
    const ignored = plan.files.find(({ path }) => path === '.gitignore')?.text;
    expect(ignored).toContain('/web/bin/\n');
    const inDevelopment = plan.files.find(({ path }) => path === 'compose/dev/web.yaml')?.text;
    expect(inDevelopment).toContain('environment: {DATA: /workspace/web/data:/data}');
    expect((await moved('CMD ["backend"]')).module.run).toBe('bin/app');
    expect((await moved('CMD ["air", "-c", ".air.toml"]')).module.run).toBe('bin/app');
    expect((await moved('CMD ["go", "run", "main.go"]')).module.run).toBe('go run main.go');
    const script = { 'web/start.sh': '' };
    expect((await moved('CMD ["./start.sh", "x"]', script)).module.run).toBe('./start.sh x');
    const java = {
      'web/pom.xml': '<artifactId>spring-boot-starter</artifactId>',
      ...{ 'web/go.mod': '', 'web/main.go': '' },
    };
    expect((await moved('CMD java -Xmx9m -jar /app.jar', java, 'openjdk:21')).module.run).toBe(
      'java -Xmx9m -jar target/*.jar',
    );
    expect(
      (await moved('CMD ["java", "-cp", "app", "x.Main"]', java, 'openjdk:21')).module.run,
    ).toBe('exec java -jar target/*.jar');
  });

  it('runs a framework at the port that Compose publishes, or says that it does not', async () => {
    const files = (app: string, more: Readonly<Record<string, string>>) =>
      initWorld({
        'dev.yaml': 'name: shop\n',
        'compose.yaml': 'services: { web: { build: ./web, ports: ["80:8000"] } }\n',
        'web/Dockerfile': app,
        ...more,
      });
    const flask = await move(
      files('FROM python:3.13\nENTRYPOINT ["python3"]\nCMD ["app.py"]\n', {
        'web/requirements.txt': 'flask\n',
        'web/app.py': 'from flask import Flask\napp = Flask(__name__)\n',
      }),
    );
    if (!flask.ok) throw new Error(JSON.stringify(flask.failure));
    expect(flask.value.module).toMatchObject({
      run: expect.stringMatching(/flask --app app run .*--port 8000$/) as string,
      port: 8000,
    });
    expect(flask.value.notes).toEqual([]);
    const vite = await move(
      files('FROM node:20\nCMD ["npm", "run", "dev"]\n', {
        'web/package.json': '{"scripts":{"dev":"vite"}}',
      }),
    );
    if (!vite.ok) throw new Error(JSON.stringify(vite.failure));
    expect(vite.value.module.run).toMatch(/^npm run dev\b/);
    expect(vite.value.notes).toEqual([
      'web listens on 5173 as it seems, and is asked at 8000: say so in `run` or its configuration',
      expect.stringContaining('`production:` in dev.yaml says another command'),
    ]);
  });

  it('runs what Compose says instead of the Dockerfile', async () => {
    const plan = await move(project('name: shop\n', `command: app:x -b ':80'`));
    expect(plan.ok && plan.value.module.run).toContain("gunicorn app:x -b ':80'");
    const other = await move(project('name: shop\n', `entrypoint: ['python', 'a b.py']`));
    expect(other).toMatchObject({
      value: { module: { run: `PATH="$PWD/.venv/bin:$PATH"; python 'a b.py'` } },
    });
  });

  it.each([
    ['db', 'db has no code here that could be a module'],
    ['wob', 'there is no service wob'],
  ])('refuses %s', async (service, what) => {
    const world = project('name: shop\n');
    const before = world.files.paths();
    expect(await move(world, service)).toMatchObject({ failure: [{ reason: 'usage', what }] });
    expect(world.files.paths()).toEqual(before);
  });
});

describe('programs that a Dockerfile puts into its image', () => {
  it('are told where they are not of the code’s own dependencies', () => {
    const text = `FROM node:18
RUN apt-get update && \\
    apt-get install -y --no-install-recommends curl tini && rm -rf /var/lib/apt/lists/*
RUN npm install -g nodemon
RUN --mount=type=cache,target=/c pip3 install watchdog; npm ci
RUN pip install -r requirements.txt && npm install && pip install --upgrade pip
`;
    expect(facts(text).installs).toEqual([
      {
        value: 'apt-get install -y --no-install-recommends curl tini',
        at: 'web/Dockerfile:2',
      },
      { value: 'npm install -g nodemon', at: 'web/Dockerfile:4' },
      { value: 'pip3 install watchdog', at: 'web/Dockerfile:5' },
    ]);
  });

  it('are told by dev init move', async () => {
    const world = project('name: shop\n');
    world.files.put('/p/web/Dockerfile', `${DOCKERFILE}RUN npm install -g nodemon\n`);
    const plan = await move(world);
    expect(plan.ok && plan.value.notes).toContain(
      '`npm install -g nodemon` (web/Dockerfile:8) is not run: web has what its lockfile names, and its base image',
    );
  });
});
