import { describe, expect, it } from 'vitest';
import { dependencyMounts, readInstalls } from '../../../src/generate/dependencies.ts';
import { type ModuleInstall } from '../../../src/generate/module-install.ts';
import { planInstalls } from '../../../src/generate/install-runs.ts';
import type { Install, Module } from '../../../src/model/module.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const NPM: Install = {
  run: 'npm ci',
  lockfiles: ['package-lock.json', 'package.json'],
  directories: ['node_modules'],
};

function module(name: string, more: Partial<Module> = {}): Module {
  return {
    name,
    path: name,
    image: 'node',
    uses: [],
    install: NPM,
    checks: [],
    run: undefined,
    restart: 'never',
    artifact: [],
    ignore: [],
    ...more,
  };
}

const PERSON = { uid: 1000, gid: 1000 };
const REFERENCES = new Map([['node', 'onestack/node:aaa']]);

function installs(
  modules: readonly Module[],
  files: Readonly<Record<string, string>> = {},
  more: {
    readonly references?: ReadonlyMap<string, string>;
    readonly person?: typeof PERSON;
    readonly cacheScope?: string;
  } = {},
): ReadonlyMap<string, ModuleInstall> {
  const read = readInstalls({
    files: new MemoryFiles(files),
    root: '/p',
    modules,
    references: REFERENCES,
    person: PERSON,
    cacheScope: 'a1',
    ...more,
  });
  if (!read.ok) throw new Error(read.failure.what);
  return read.value;
}

function keyOf(...args: Parameters<typeof installs>): string {
  return installs(...args).get('api')?.key ?? '';
}

describe('readInstalls', () => {
  it('is keyed by every byte of a binary lockfile', () => {
    const bun = { run: 'bun install', lockfiles: ['bun.lockb'], directories: ['node_modules'] };
    const keyFor = (byte: number): string => {
      const files = new MemoryFiles();
      files.put('/p/api/bun.lockb', Uint8Array.of(0xff, byte));
      const modules = [module('api', { install: bun })];
      const read = readInstalls({
        files,
        root: '/p',
        modules,
        references: REFERENCES,
        person: PERSON,
        cacheScope: 'a1',
      });
      return read.ok ? (read.value.get('api')?.key ?? '') : read.failure.what;
    };
    expect(keyFor(0xfe)).toMatch(/^[0-9a-f]{64}$/);
    expect(keyFor(0xfe)).not.toBe(keyFor(0xfd));
  });

  const files = { '/p/api/package-lock.json': 'lock', '/p/api/package.json': 'manifest' };
  const api = module('api');

  it('names a volume for each directory, and one that marks the install complete', () => {
    const directories = ['node_modules', '/opt/browsers'];
    const install = installs([module('api', { install: { ...NPM, directories } })], files).get(
      'api',
    );
    const key = /-([0-9a-f]{16})-done$/.exec(install?.marker ?? '')?.[1] ?? '';
    expect(install?.key).not.toContain(key);
    expect(install).toMatchObject({
      image: 'onestack/node:aaa',
      mounts: [
        { volume: `onestack-deps-${key}-0`, target: '/workspace/api/node_modules' },
        { volume: `onestack-deps-${key}-1`, target: '/opt/browsers' },
      ],
      marker: `onestack-deps-${key}-done`,
    });
  });

  it('shares no volume with another folder, whatever its key', () => {
    const own = installs([api], files).get('api');
    const other = installs([api], files, { cacheScope: 'b2' }).get('api');
    expect(other?.key).toBe(own?.key);
    const names = [own, other].flatMap((one) =>
      one === undefined ? [] : [one.marker, one.cacheVolume, ...one.mounts.map((m) => m.volume)],
    );
    expect(new Set(names).size).toBe(6);
  });

  it('has the same key for the same files, in any project', () => {
    expect(keyOf([api], files)).toBe(keyOf([api, module('worker')], { ...files, '/p/x': '' }));
  });

  it.each([
    ['a lockfile', [api], { ...files, '/p/api/package-lock.json': 'other' }, {}],
    ['a manifest', [api], { ...files, '/p/api/package.json': 'other' }, {}],
    ['the command', [module('api', { install: { ...NPM, run: 'npm install' } })], files, {}],
    ['the path', [module('api', { path: 'services/api' })], files, {}],
    ['the base image', [api], files, { references: new Map([['node', 'onestack/node:bbb']]) }],
    ['the person', [api], files, { person: { uid: 1001, gid: 1000 } }],
  ] as const)('has another key for another one of: %s', (_, modules, changed, more) => {
    expect(keyOf(modules, changed, more)).not.toBe(keyOf([api], files));
  });

  it('passes over modules without an install', () => {
    expect([...installs([module('lib', { install: undefined })]).keys()]).toEqual([]);
  });
});

describe('dependencyMounts', () => {
  const caches = { volume: 'onestack-cache-1000-a1', target: '/var/cache/onestack' };
  const targets = (modules: readonly Module[], name: string): readonly string[] =>
    (dependencyMounts(modules, installs(modules), caches.volume).get(name) ?? []).map(
      ({ target }) => target,
    );

  it("mounts a module's own dependencies, those of everything that it uses, and the caches", () => {
    const modules = [
      module('base'),
      module('common', { uses: ['base'] }),
      module('api', { uses: ['common'] }),
      module('other'),
    ];
    expect(targets(modules, 'api')).toEqual([
      '/workspace/api/node_modules',
      '/workspace/common/node_modules',
      '/workspace/base/node_modules',
      '/var/cache/onestack',
    ]);
  });

  it('survives modules that use one another', () => {
    const modules = [module('a', { uses: ['b'] }), module('b', { uses: ['a'] })];
    expect(targets(modules, 'a')).toHaveLength(3);
  });

  it('has only the caches for a module without an install', () => {
    const modules = [module('pricing', { install: undefined, image: 'go' })];
    expect(dependencyMounts(modules, installs(modules), caches.volume).get('pricing')).toEqual([
      caches,
    ]);
  });

  it("lets the module's own volume win where two have one target", () => {
    const shared = { ...NPM, directories: ['/opt/shared'] };
    const modules = [
      module('common', { install: shared }),
      module('api', { install: shared, uses: ['common'] }),
    ];
    const all = installs(modules);
    const [first, second] = dependencyMounts(modules, all, caches.volume).get('api') ?? [];
    expect(first).toEqual(all.get('api')?.mounts[0]);
    expect(second).toEqual(caches);
  });
});

describe('planInstalls', () => {
  const labels = { 'dev.onestack.project': 'shop', 'dev.onestack.module': 'api' };
  const one = (files: Readonly<Record<string, string>> = {}): ModuleInstall => {
    const install = installs([module('api')], files).get('api');
    if (install === undefined) throw new Error('no install');
    return install;
  };
  const causes = (
    wanted: readonly ModuleInstall[],
    existing: readonly string[],
    project = 'shop',
  ): readonly string[] =>
    planInstalls(wanted, new Map(existing.map((name) => [name, labels])), project).map(
      ({ install, cause }) => `${install.module.name}: ${cause}`,
    );
  const volumes = (install: ModuleInstall): readonly string[] =>
    install.mounts.map(({ volume }) => volume);

  it('runs nothing when the marker and all volumes are there', () => {
    const install = one();
    expect(causes([install], [install.marker, ...volumes(install)])).toEqual([]);
  });

  it('repeats what was interrupted, and what has lost a volume', () => {
    const install = one();
    expect(causes([install], volumes(install))).toEqual(['api: interrupted before']);
    expect(causes([install], [install.marker], 'other')).toEqual(['api: first install']);
  });

  it('tells a change from a first install', () => {
    const before = one({ '/p/api/package-lock.json': 'older' });
    const existing = [before.marker, ...volumes(before)];
    expect(causes([one()], existing)).toEqual([
      'api: package-lock.json, package.json or base image changed',
    ]);
    expect(causes([one()], existing, 'other')).toEqual(['api: first install']);
  });

  it('runs one install for all that share its key', () => {
    expect(causes([one(), one()], [])).toEqual(['api: first install']);
  });
});

describe('modules of a workspace', () => {
  const WORKSPACE: Install = {
    workspace: '.',
    run: 'npm ci',
    lockfiles: ['package-lock.json', 'packages/api/package.json'],
    directories: ['node_modules', 'packages/api/node_modules'],
  };
  const both = ['api', 'web'].map((name) =>
    module(name, { path: `packages/${name}`, install: WORKSPACE }),
  );

  it('share one install, and mount its folders where they lie', () => {
    const files = { '/p/package-lock.json': 'lock', '/p/packages/api/package.json': '{}' };
    const read = installs(both, files);
    expect(read.get('api')?.key).toBe(read.get('web')?.key);
    expect(planInstalls(read.values(), new Map(), 'shop')).toHaveLength(1);
    expect(read.get('web')?.mounts.map(({ target }) => target)).toEqual([
      '/workspace/node_modules',
      '/workspace/packages/api/node_modules',
    ]);
    const changed = installs(both, { ...files, '/p/packages/api/package.json': '{ }' });
    expect(changed.get('web')?.key).not.toBe(read.get('web')?.key);
  });
});
