import { describe, expect, it } from 'vitest';
import { loadHierarchy, type Hierarchy } from '../../../src/images/hierarchy.ts';
import type { ModuleBuild } from '../../../src/model/module.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const TOOL = {
  '/tool/base-images/os/Dockerfile': 'FROM debian:trixie-slim\n',
  '/tool/base-images/node/Dockerfile': 'FROM onestack/os\nRUN node\n',
};
const WEB = {
  '/p/web/Dockerfile':
    'ARG V=24\nFROM node:${V}-alpine AS deps\nENV A=1 NPM_CONFIG_CACHE=/c\nCOPY package*.json ./\nFROM deps\nCOPY . .\n',
  '/p/web/package.json': '{}',
  '/p/web/server.js': '1',
  '/p/web/node_modules/x.js': 'x',
};

function loaded(
  more: Readonly<Record<string, string>> = {},
  build: Partial<ModuleBuild> = {},
): Hierarchy {
  const hierarchy = load(more, build);
  if (!hierarchy.ok) throw new Error(JSON.stringify(hierarchy.failure));
  return hierarchy.value;
}

function load(more: Readonly<Record<string, string>>, build: Partial<ModuleBuild>) {
  return loadHierarchy({
    files: new MemoryFiles({ ...TOOL, ...WEB, ...more }),
    projectRoot: '/p',
    toolDirectory: '/tool',
    own: [
      {
        name: 'web@build',
        build: { context: 'web', dockerfile: 'web/Dockerfile', args: {}, ...build },
        withheld: ['/p/.dev', '/p/web/node_modules'],
      },
    ],
  });
}

const fingerprint = (...from: Parameters<typeof loaded>): string =>
  loaded(...from).get('web@build')?.fingerprint.value ?? '';

describe('an image of a module’s own Dockerfile', () => {
  it('is one of the hierarchy', () => {
    expect(loaded().get('web@build')).toMatchObject({
      origin: 'project',
      directory: '/p/web',
      parent: undefined,
      uses: [],
      externals: ['node:24-alpine'],
      own: {
        language: 'node',
        sets: ['A', 'NPM_CONFIG_CACHE'],
        named: ['/p/web/Dockerfile', '/p/web/package.json'],
        wholeAtLine: 6,
      },
    });
    expect(loaded().get('web@build')?.reference).toMatch(/^onestack\/web-build:[0-9a-f]{12}$/);
  });

  it('is another one when what it is made of changes, and only then', () => {
    const plain = fingerprint();
    expect(fingerprint({ '/p/web/server.js': '2' })).not.toBe(plain);
    expect(fingerprint({ '/p/web/node_modules/x.js': 'y', '/p/other': 'z' })).toBe(plain);
    expect(fingerprint({}, { args: { V: '22' } })).not.toBe(plain);
    const deps = { target: 'deps' };
    const staged = fingerprint({}, deps);
    expect(staged).not.toBe(plain);
    expect(fingerprint({ '/p/web/server.js': '2' }, deps)).toBe(staged);
    expect(fingerprint({ '/p/web/package.json': '{"a":1}' }, deps)).not.toBe(staged);
    expect(fingerprint({ '/p/web/.dockerignore': 'package.json\n' }, deps)).not.toBe(staged);
  });

  it('can begin with a base image, also in a version', () => {
    const text = 'FROM onestack/node@24\nCOPY --from=onestack/os /a /a\n';
    const image = loaded({ '/p/web/Dockerfile': text }).get('web@build');
    expect(image).toMatchObject({ parent: 'node@24', uses: ['node@24', 'os'], externals: [] });
    const own = loaded({ '/p/web/Dockerfile': 'FROM onestack/node@20\n' }).get('web@build');
    expect(own?.uses).toEqual(['node']);
  });

  it.each([
    [{ '/p/web/Dockerfile': 'RUN true\n' }, {}, /web\/Dockerfile has no FROM/],
    [{}, { target: 'dev' }, /web\/Dockerfile has no stage dev.*It has deps/],
    [{ '/p/web/Dockerfile': 'FROM onestack/nod\n' }, {}, /does not exist.*onestack\/node/],
  ])('says what is wrong with it', (more, build, expected) => {
    const hierarchy = load(more, build);
    expect(JSON.stringify(hierarchy)).toMatch(expected);
    expect(hierarchy.ok).toBe(false);
  });
});
