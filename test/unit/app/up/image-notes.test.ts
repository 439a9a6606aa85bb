import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { imageNews } from '../../../../src/app/up/image-notes.ts';
import { moduleNews } from '../../../../src/app/up/module-notes.ts';
import { tellOnce } from '../../../../src/app/up/tell-once.ts';
import type { ImageConfig } from '../../../../src/ports/engine-resources.ts';
import { ok } from '../../../../src/util/result.ts';
import { initWorld } from '../../../support/init-world.ts';

const GIVES: ImageConfig = {
  environment: ['PATH=/bin', 'MODE=a=b', 'LOST=', 'KEPT=image'],
  exposedPorts: ['3000/tcp', '9229/tcp', '53/udp'],
  volumes: ['/srv/data', '/workspace/cache'],
  user: 'node',
  workingDirectory: '/srv',
  entrypoint: ['/start.sh'],
  command: ['serve', '--all'],
  healthTest: ['CMD', 'wget', '-q', 'http://localhost:3000/up'],
  healthTimes: { interval: '30s' },
};
const COMPOSE = `
services:
  web:
    image: ghcr.io/acme/web:\${VERSION:-2}
    environment: { KEPT: compose }
    ports: ['3000:3000']
  job:
    image: python:3.11
    command: worker
`;
const DEV = `name: shop
modules:
  web: { image: node, run: node server.js }
  job: { image: python, run: worker }
`;

const NOTHING: ImageConfig = {
  ...{ environment: ['PATH=/bin'], exposedPorts: [], volumes: [], user: '', workingDirectory: '/' },
  ...{ entrypoint: [], command: [], healthTest: [], healthTimes: {} },
};

function project(more: Readonly<Record<string, string>> = {}) {
  const modules = { 'web/package.json': '{}', 'job/main.py': '' };
  const world = initWorld({ 'compose.yaml': COMPOSE, 'dev.yaml': DEV, ...modules, ...more });
  const asked: string[] = [];
  return {
    asked,
    files: world.files,
    /** What a `dev up` says, where the engine has the image, and what it gives. */
    up: async (id: string | undefined, gives = GIVES): Promise<readonly string[]> => {
      const definition = await definitionOf('/p', world);
      if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
      const tags = ['ghcr.io/acme/web:2'];
      const images =
        id === undefined
          ? []
          : [{ id, tags, digests: [], labels: {}, sizeBytes: 1, createdAtMs: 0 }];
      const image = (reference: string) => {
        asked.push(reference);
        const detail = { id: reference, platform: 'linux/amd64', taggedAtMs: 0, layers: [], gives };
        return Promise.resolve(ok(detail));
      };
      const news = await imageNews(definition.value, {
        engine: { image },
        files: world.files,
        images,
      });
      if (!news.ok) throw new Error(JSON.stringify(news.failure));
      const { told } = definition.value.opened.places;
      expect(world.files.makeDirectory(dirname(told), { mode: 0o700 }).ok).toBe(true);
      const texts: string[] = [];
      tellOnce(news.value, definition.value.opened.places, world.files, (event) => {
        if (event.kind === 'note') texts.push(event.text);
      });
      const others = moduleNews(definition.value, world.files);
      expect(others.filter(({ text }) => text.startsWith('module web'))).toEqual([]);
      return texts;
    },
  };
}

it('tells with its place what a module does not have of the image of its service', async () => {
  const { up, asked, files } = project();
  const at = '(image ghcr.io/acme/web:${VERSION:-2}, compose.yaml:4)';
  const variables = `module web: ENV MODE, LOST ${at} is not set; compose/base/web.yaml can say so`;
  const told = [
    `module web: instead of \`/start.sh serve --all\` ${at} it runs \`node server.js\` (dev.yaml:3)`,
    expect.stringMatching(/^module web: USER node \(image .*, compose\.yaml:4\) is \d+:\d+ now$/),
    `module web: WORKDIR /srv ${at} is /workspace/web now`,
    variables,
    `module web: EXPOSE 9229, 53/udp ${at} is not declared; compose/base/web.yaml can say so`,
    `module web: VOLUME /srv/data ${at} is not mounted; compose/base/web.yaml can say so`,
    `module web: HEALTHCHECK ${at} is not asked: it counts as ready as soon as it runs; compose/base/web.yaml can say so`,
  ];
  expect(await up('sha256:a')).toEqual(told);
  expect(await up('sha256:a')).toEqual([]);
  // Nor is the engine asked again what it was asked.
  expect(asked).toEqual(['sha256:a']);
  // Another image under the same name that sets more.
  const more = { ...GIVES, environment: [...GIVES.environment, 'NEW=1'] };
  expect(await up('sha256:b', more)).toEqual([variables.replace('LOST', 'LOST, NEW')]);
  // And the engine is asked again when the Compose file has taken over what there was.
  files.put(
    '/p/compose/dev/web.yaml',
    `services:
  web:
    environment: { MODE: a, LOST: b, NEW: c }
    expose: ['9229', '53/udp']
    healthcheck: { test: [CMD, 'true'] }
    user: node
    working_dir: /srv
`,
  );
  files.put('/p/dev.yaml', DEV.replace('node server.js', '/start.sh serve --all'));
  expect(await up('sha256:b', more)).toEqual([]);
  expect(asked).toEqual(['sha256:a', 'sha256:b', 'sha256:b']);
});

it('says that it is not known of an image that the engine has not, and tells when it has', async () => {
  const { up, asked } = project();
  const unknown =
    'module web: what its image ghcr.io/acme/web:${VERSION:-2} (compose.yaml:4) sets is not known, as it is not here: its ENV, EXPOSE, HEALTHCHECK and ENTRYPOINT are told once it is pulled';
  expect(await up(undefined)).toEqual([unknown]);
  expect(await up(undefined)).toEqual([]);
  expect(asked).toEqual([]);
  expect(await up('sha256:a', NOTHING)).toEqual([]);
  expect(asked).toEqual(['sha256:a']);
});

it('counts what Compose says of the service before what its image does', async () => {
  const compose = COMPOSE.replace(
    'environment:',
    "entrypoint: ['/other.sh']\n    user: '7'\n    environment:",
  );
  const told = await project({ 'compose.yaml': compose }).up('sha256:a');
  expect(told.slice(0, 2)).toEqual([
    'module web: instead of `/other.sh` (compose.yaml:5) it runs `node server.js` (dev.yaml:3)',
    expect.stringMatching(/^module web: user: 7 \(compose\.yaml:6\) is \d+:\d+ now$/),
  ]);
});
