import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { ownWords } from '../../../../src/app/up/own-words.ts';
import { initWorld } from '../../../support/init-world.ts';

const CACHE = 'services:\n  service:\n    image: onestack/cache\n';
const PROJECT = `name: shop
modules:
  web:
    image: node
    run: node server.js
  lib: { image: node }
services:
  store: cache
`;

async function told(compose: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const world = initWorld({
    'dev.yaml': PROJECT,
    'web/package.json': '{}',
    'lib/package.json': '{}',
    'compose/services/cache.yaml': CACHE,
    'base-images/cache/Dockerfile': 'FROM onestack/os\n',
    ...compose,
  });
  const definition = await definitionOf('/p', world);
  if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
  return ownWords(definition.value, world.files).map(({ text }) => text);
}

describe('a Compose file that says otherwise than dev.yaml', () => {
  it('of a command is told with both places', async () => {
    const base = 'services:\n  web:\n    command: [node, other.js]\n';
    expect(await told({ 'compose/base.yaml': base })).toEqual([
      'module web: `node other.js` (compose/base.yaml:3) is run instead of `node server.js` (dev.yaml:5)',
    ]);
    expect(
      await told({ 'compose/dev.yml': 'services: { web: { entrypoint: [tini, --] } }' }),
    ).toEqual([
      'module web: `tini --` (compose/dev.yml:1) is started, and given `node server.js` (dev.yaml:5) as its arguments',
    ]);
    const both = 'services:\n  web:\n    entrypoint: [sh]\n    command: other.sh\n';
    expect(await told({ 'compose/base.yaml': both })).toEqual([
      'module web: `sh` (compose/base.yaml:3) with `other.sh` (compose/base.yaml:4) is run instead of `node server.js` (dev.yaml:5)',
    ]);
  });

  it('of an image, or how it is built, too: of modules and of ready services', async () => {
    const images =
      'services:\n  web: { image: mine }\n  lib: { image: "mine:2" }\n  store: { image: redis:7 }\n';
    expect(await told({ 'compose/base.yml': images })).toEqual([
      'module web: image mine (compose/base.yml:2) is used instead of node (dev.yaml:4)',
      'module lib: image mine:2 (compose/base.yml:3) is used instead of node (dev.yaml:6)',
      'store: image redis:7 (compose/base.yml:4) is used instead of the one of the catalogue’s cache (dev.yaml:8)',
    ]);
    const builds = 'services:\n  web: { build: ./web }\n  store: { build: ./web }\n';
    expect(await told({ 'compose/dev/builds.yml': builds, 'web/Dockerfile': 'FROM x\n' })).toEqual([
      'module web: build (compose/dev/builds.yml:2) is not used: its image is node (dev.yaml:4)',
      'store: build (compose/dev/builds.yml:3) is not used: its image is the one of the catalogue’s cache (dev.yaml:8)',
    ]);
  });

  it('of the image of a ready service, below it, is told with what was written for that image', async () => {
    const store =
      'services:\n  store:\n    image: redis:7\n    command: redis-server --save 60 1\n';
    expect(await told({ 'compose.yaml': store })).toEqual([
      'store: image redis:7 (compose.yaml:3) is not used: it is the one of the catalogue’s cache (dev.yaml:8)',
      'store: `redis-server --save 60 1` (compose.yaml:4) is run in it',
    ]);
    const same = store.replace('redis:7', 'onestack/cache');
    expect(await told({ 'compose.yaml': same })).toEqual([]);
    const built = 'services:\n  store:\n    build: ./web\n    entrypoint: [sh]\n    command: run\n';
    expect(await told({ 'compose.yaml': built, 'web/Dockerfile': 'FROM x\n' })).toEqual([
      'store: build (compose.yaml:3) is not used: its image is the one of the catalogue’s cache (dev.yaml:8)',
      'store: `sh` (compose.yaml:4) with `run` (compose.yaml:5) is run in it',
    ]);
  });

  it('of all the rest is no news', async () => {
    const base =
      'services:\n  web: { user: "1", ports: [80] }\n  store: { command: [cache, -v] }\n';
    expect(await told({ 'compose/base.yaml': base })).toEqual([]);
  });
});
