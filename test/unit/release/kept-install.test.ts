import { describe, expect, it } from 'vitest';
import {
  forProduction,
  mayKeepInstall,
  nodeManifests,
  readsSources,
} from '../../../src/release/kept-install.ts';
import { aModule } from '../../support/modules.ts';

const NPM = {
  ...{ run: 'npm ci', directories: ['node_modules'] },
  lockfiles: ['package-lock.json', 'package.json'],
};

describe('what is installed', () => {
  it('is kept where all of it is locked and lies in the workspace, of Node', () => {
    const may = (install: Parameters<typeof mayKeepInstall>[0]['install']) =>
      mayKeepInstall(aModule('api', install === undefined ? {} : { install }));
    expect(may(NPM)).toBe(true);
    expect(may({ ...NPM, unlocked: true })).toBe(false);
    expect(may({ ...NPM, directories: [] })).toBe(false);
    expect(may({ ...NPM, directories: ['node_modules', '/opt/tools'] })).toBe(false);
    expect(may({ ...NPM, lockfiles: ['requirements.txt'] })).toBe(false);
    expect(may({ ...NPM, lockfiles: ['yarn.lock', 'package.json', '.yarnrc.yml'] })).toBe(false);
    expect(may(undefined)).toBe(false);
  });

  it('depends on the manifests of what is used, too', () => {
    const lib = aModule('lib', { install: NPM });
    const api = aModule('api', { install: NPM, uses: ['lib'] });
    expect([...nodeManifests(api, [lib, api])].sort()).toEqual([
      ...['api/package.json', 'lib/package.json'],
    ]);
  });
});

describe('an installation', () => {
  const reads = (manifest: unknown, command = 'npm ci'): boolean =>
    readsSources([JSON.stringify({ name: 'a' }), JSON.stringify(manifest)], command);

  it.each([
    [{ scripts: { postinstall: 'node build.js' } }, true],
    [{ scripts: { prepare: 'tsc' } }, true],
    [{ scripts: { preinstall: 'npx only-allow pnpm' } }, false],
    [{ scripts: { prepare: 'husky' } }, false],
    [{ scripts: { prepare: 'husky install || true' } }, false],
    [{ scripts: { prepare: 'husky && tsc' } }, true],
    [{ scripts: { test: 'vitest', build: 'tsc' } }, false],
    [{ scripts: { postinstall: 7 } }, false],
    [[], true],
  ])('with %j looks at sources: %j', (manifest, expected) => {
    expect(reads(manifest)).toBe(expected);
  });

  it('copies folders that are dependencies, but for npm, which links them', () => {
    for (const version of ['file:../lib', './lib', '../lib', '/srv/lib', 'portal:../lib']) {
      const manifest = { devDependencies: { lib: version } };
      expect(reads(manifest), version).toBe(false);
      expect(reads(manifest, 'yarn install --frozen-lockfile'), version).toBe(true);
    }
    for (const version of ['^1.2.3', 'workspace:*', 'link:../lib', 'npm:other@1']) {
      expect(reads({ dependencies: { lib: version } }, 'pnpm install'), version).toBe(false);
    }
  });

  it('by a manifest that nobody can read is not believed', () => {
    expect(readsSources(['{'], 'npm ci')).toBe(true);
  });
});

describe('a manifest for production', () => {
  it.each([
    'husky',
    'husky install',
    'husky install .config/husky',
    'husky || true',
    'is-ci || husky install',
    'npx simple-git-hooks',
    'lefthook install',
    'node .husky/install.mjs',
  ])('is without what lays hooks of git: %s', (prepare) => {
    const manifest = { name: 'a', scripts: { prepare, start: 'husky' }, dependencies: { b: '1' } };
    expect(JSON.parse(forProduction(JSON.stringify(manifest)))).toEqual({
      ...manifest,
      scripts: { start: 'husky' },
    });
  });

  it('is as it is written otherwise', () => {
    for (const text of ['{"scripts":{"prepare":"husky && tsc"}}', '{ "name" : "a" }', '[]', '{']) {
      expect(forProduction(text)).toBe(text);
    }
  });
});
