import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { moduleNews } from '../../../../src/app/up/module-notes.ts';
import { initWorld } from '../../../support/init-world.ts';

const DOCKERFILE = `FROM node:24-slim AS base
WORKDIR /app
ENV MODE=dev KEPT=dockerfile
ENV LOST=2
EXPOSE 3000 9229
USER node
HEALTHCHECK CMD wget -q http://localhost:3000/up
CMD ["node", "/app/server.js"]
ARG UPLOADS=/app/uploads
VOLUME $UPLOADS
VOLUME ["/app/data"]
STOPSIGNAL SIGQUIT
`;
const COMPOSE = `
services:
  web:
    build: \${WHERE:-./web}
    environment: { KEPT: compose }
    ports: ['3000:3000']
  job:
    image: python:3.11
    user: '1234'
    working_dir: /srv
    command: worker --password \${PASSWORD}
`;

async function news(more: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const world = initWorld({ '.env': 'PASSWORD=planted\n', 'compose.yaml': COMPOSE, ...more });
  const definition = await definitionOf('/p', world);
  if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
  return moduleNews(definition.value, world.files).map(({ text }) => text);
}

const WEB = { 'web/Dockerfile': DOCKERFILE, 'web/package.json': '{}' };
const module = (run: string) => `name: shop\nmodules:\n  web:\n    image: node\n    run: ${run}\n`;

describe('a module in the place of a service', () => {
  it('is told with both places what it does not have of the Dockerfile', async () => {
    expect(await news({ ...WEB, 'dev.yaml': module('node --watch server.js') })).toEqual([
      'web/Dockerfile:1 asks for node 24; the base image of web has 20: `image: node@24` brings it',
      'module web: instead of `node /app/server.js` (web/Dockerfile:8) it runs `node --watch server.js` (dev.yaml:5)',
      expect.stringMatching(/^module web: USER node \(web\/Dockerfile:6\) is \d+:\d+ now$/),
      'module web: WORKDIR /app (web/Dockerfile:2) is /workspace/web now',
      'module web: STOPSIGNAL SIGQUIT (web/Dockerfile:12) is SIGTERM now',
      'module web: ENV MODE, LOST (web/Dockerfile:3) is not set; compose/base/web.yaml can say so',
      'module web: EXPOSE 9229 (web/Dockerfile:5) is not declared; compose/base/web.yaml can say so',
      'module web: VOLUME /app/uploads, /app/data (web/Dockerfile:11) is not mounted; compose/base/web.yaml can say so',
      'module web: HEALTHCHECK (web/Dockerfile:7) is not asked: it counts as ready as soon as it runs; compose/base/web.yaml can say so',
    ]);
  });

  it('is not told what somebody took over', async () => {
    const taken = await news({
      ...WEB,
      'dev.yaml': module('node ./server.js'),
      'base-images/node/Dockerfile': 'FROM onestack/os\n',
      'compose/dev/web.yaml': `services:
  web:
    environment: { MODE: a, LOST: b }
    expose: ['9229']
    healthcheck: { test: [CMD, 'true'] }
    user: node
    working_dir: /app
    volumes: [/app/data]
    tmpfs: [/app/uploads:mode=0755]
    stop_signal: SIGQUIT
`,
    });
    expect(taken).toEqual([]);
  });

  it('is told what the Dockerfile said where a file of compose/ has the service', async () => {
    const base = `services:
  web:
    build: { context: ./web }
    environment: { MODE: own }
    expose: ['3000']
    working_dir: /srv
`;
    const own = { ...WEB, 'compose.yaml': 'services: {}\n', 'compose/base.yaml': base };
    const run = 'node server.js';
    expect(await news({ ...own, 'dev.yaml': module(run) })).toEqual([
      'web/Dockerfile:1 asks for node 24; the base image of web has 20: `image: node@24` brings it',
      'module web: instead of `node /app/server.js` (web/Dockerfile:8) it runs `node server.js` (dev.yaml:5)',
      expect.stringMatching(/^module web: USER node \(web\/Dockerfile:6\) is \d+:\d+ now$/),
      'module web: WORKDIR /app (web/Dockerfile:2) is /srv now',
      'module web: STOPSIGNAL SIGQUIT (web/Dockerfile:12) is SIGTERM now',
      'module web: ENV KEPT, LOST (web/Dockerfile:3) is not set; compose/base/web.yaml can say so',
      'module web: EXPOSE 9229 (web/Dockerfile:5) is not declared; compose/base/web.yaml can say so',
      expect.stringMatching(/^module web: VOLUME/),
      expect.stringMatching(/^module web: HEALTHCHECK \(web\/Dockerfile:7\) is not asked/),
    ]);
    // Its own words count, and are told beside those of dev.yaml.
    const said = { ...own, 'compose/dev/web.yaml': 'services: { web: { command: node x.js } }\n' };
    const texts = await news({ ...said, 'dev.yaml': module(run) });
    expect(texts.filter((text) => text.includes('instead of'))).toEqual([]);
    // What is built there from no Dockerfile that can be read says nothing.
    const remote = { 'compose/base.yaml': 'services: { web: { build: https://a.b/c.git } }\n' };
    expect(await news({ ...own, ...remote, 'dev.yaml': module(run) })).toEqual([]);
  });

  it.each([
    ['python:94e04e837920', undefined],
    ['python:3.11rc1-slim', 'Dockerfile:1 asks for python 3.11'],
    ['python:3.11', 'Dockerfile:1 asks for python 3.11'],
  ])('is told the version of %s, where that is one', async (image, expected) => {
    const texts = await news({
      'compose.yaml': 'services: { m: { build: ./m } }\n',
      'm/Dockerfile': `FROM ${image}\n`,
      'dev.yaml': 'name: shop\nmodules: { m: { image: python } }\n',
    });
    expect(texts.filter((text) => text.includes(' asks for '))).toEqual(
      expected === undefined ? [] : [expect.stringContaining(expected)],
    );
  });

  it('is told the words of the Compose file as they are written, without what variables hold', async () => {
    const text = await news({
      'job/main.py': '',
      'dev.yaml': 'name: shop\nmodules:\n  job: { image: python, run: python3 main.py }\n',
    });
    expect(text).toEqual([
      'compose.yaml:8 asks for python 3.11; the base image of job has 3.13: `image: python@3.11` brings it',
      'module job: instead of `worker --password ${PASSWORD}` (compose.yaml:11) it runs `python3 main.py` (dev.yaml:3)',
      expect.stringMatching(/^module job: user: 1234 \(compose.yaml:9\) is \d+:\d+ now$/),
      'module job: working_dir: /srv (compose.yaml:10) is /workspace/job now',
    ]);
  });
});

describe('the version that a module’s code asks for', () => {
  it.each([
    ['node', { '.nvmrc': 'v24.1\n' }, 'm/.nvmrc asks for node 24.1'],
    [
      'node',
      { 'package.json': '{"engines":{"node":">=22"}}' },
      'm/package.json asks for node >=22',
    ],
    ['python', { '.python-version': '3.11\n' }, 'm/.python-version asks for python 3.11'],
    ['go', { 'go.mod': 'module m\n\ngo 1.99\n' }, 'm/go.mod:3 asks for go 1.99'],
    ['node', { '.nvmrc': 'lts/*\n' }, undefined],
    ['node', { '.nvmrc': '20\n' }, undefined],
  ])('%s %j', async (image, code, expected) => {
    const files = Object.fromEntries(Object.entries(code).map(([k, v]) => [`m/${k}`, v]));
    const texts = await news({
      ...files,
      'm/x': '',
      'dev.yaml': `name: shop\nmodules: { m: { image: ${image} } }\n`,
    });
    expect(texts.map((text) => text.split(';')[0])).toEqual(expected ? [expected] : []);
  });
});

const BERRY = '__metadata:\n  version: 8\n';

describe('dependencies that this container would not have', () => {
  it.each<readonly [string, string, Readonly<Record<string, string>>, RegExp | undefined]>([
    [
      'node',
      'Yarn 4 by default',
      { 'yarn.lock': BERRY },
      /^module m: m\/\.yarnrc\.yml does not say nodeL/,
    ],
    ['node', 'Yarn 4, told so', { 'yarn.lock': BERRY, '.yarnrc.yml': 'nodeLinker: pnp\n' }, /Plug/],
    [
      'node',
      'Yarn 4 with a folder',
      { 'yarn.lock': BERRY, '.yarnrc.yml': 'a: 1\nnodeLinker: "node-modules"\n' },
      undefined,
    ],
    ['node', 'Yarn 1', { 'yarn.lock': '# yarn lockfile v1\n' }, undefined],
    ['python', 'pipenv', { 'Pipfile.lock': '{}' }, /^module m: m\/Pipfile\.lock is not installed/],
    ['python', 'pip beside pipenv', { 'Pipfile.lock': '{}', 'requirements.txt': '' }, undefined],
    [
      'python',
      'uv told another place',
      {
        'uv.lock': '',
        '../compose/dev/m.yaml':
          'services:\n  m:\n    environment: { UV_PROJECT_ENVIRONMENT: /opt/venv }\n',
      },
      /^module m: UV_PROJECT_ENVIRONMENT is \/opt\/venv \(compose\/dev\/m\.yaml:3\), .* into \.venv:/,
    ],
    [
      'python',
      'uv told the same place',
      {
        'uv.lock': '',
        '../compose/dev/m.yaml':
          'services: { m: { environment: [UV_PROJECT_ENVIRONMENT=.venv] } }\n',
      },
      undefined,
    ],
  ])('%s: %s', async (image, _what, code, expected) => {
    const entries = Object.entries(code).map(([k, v]): [string, string] => [posix.join('m', k), v]);
    const texts = await news({
      ...Object.fromEntries(entries),
      'm/x': '',
      'dev.yaml': `name: shop\nmodules: { m: { image: ${image} } }\n`,
    });
    expect(texts).toEqual(expected ? [expect.stringMatching(expected)] : []);
  });
});
