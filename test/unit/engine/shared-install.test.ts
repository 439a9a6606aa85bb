import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';
import {
  clearStage,
  filledFolders,
  isOnShelf,
  markFilled,
  removableFolders,
  stagedFolders,
  takePlace,
} from '../../../src/engine/shared-install.ts';
import { readInstalls } from '../../../src/generate/dependencies.ts';
import { type ModuleInstall } from '../../../src/generate/module-install.ts';
import { planInstalls } from '../../../src/generate/install-runs.ts';
import type { Module } from '../../../src/model/module.ts';

const API: Module = {
  name: 'api',
  path: 'services/api',
  image: 'node',
  uses: [],
  install: { run: 'npm ci', lockfiles: ['lock'], directories: ['node_modules'] },
  checks: [],
  run: undefined,
  restart: 'never',
  artifact: [],
  ignore: [],
};

/** A project in a real folder, since it is all about renames and links. */
function project(module: Module = API) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shared-install-')));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const root = join(folder, 'p');
  const packages = join(folder, 'packages');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const notes: string[] = [];
  let now = 0;
  const surroundings = {
    places: { root, dev: join(root, '.dev'), record: join(folder, 'record.json') },
    files: hostFiles,
    clock: { now: () => (now += 1000), steady: () => now },
    report: (event: { readonly kind: string; readonly text?: string }) => {
      if (event.text !== undefined) notes.push(event.text);
    },
  };
  const read = (lock: string): ModuleInstall => {
    write('services/api/lock', lock);
    const installs = readInstalls({
      files: hostFiles,
      root,
      modules: [module],
      references: new Map(),
      person: { uid: 1000, gid: 1000 },
      cacheScope: 'a1',
      packages,
    });
    const install = installs.ok ? installs.value.get('api') : undefined;
    if (install === undefined) throw new Error('nothing to install');
    return install;
  };
  /** What the container does, then what the tool does. */
  const fill = (lock: string, name: string): ModuleInstall => {
    const install = read(lock);
    clearStage(install, surroundings);
    for (const { folder: stage } of stagedFolders(install, surroundings.places)) {
      mkdirSync(join(stage, name));
    }
    markFilled(install, surroundings);
    expect(takePlace(install, surroundings)).toEqual({ ok: true, value: undefined });
    return install;
  };
  const here = (): readonly string[] =>
    readdirSync(join(root, 'services/api/node_modules')).filter((name) => !name.startsWith('.'));
  return { root, packages, write, read, fill, here, surroundings, notes };
}

describe('an install that is shared with the host', () => {
  it('takes its place whole, is known from then on, and is out of git', () => {
    const { root, read, fill, here, notes } = project();
    expect(read('a').installed).toBe(false);
    fill('a', 'fastify');
    expect(read('a')).toMatchObject({ installed: true, mounts: [], own: [] });
    expect(here()).toEqual(['fastify']);
    expect(readFileSync(join(root, 'services/api/node_modules/.gitignore'), 'utf8')).toBe('*\n');
    expect(notes).toEqual([]);
  });

  it('lies on the shelf when another lockfile takes over, and is there again for the old one', () => {
    const { read, fill, here, surroundings } = project();
    fill('a', 'old');
    fill('b', 'new');
    expect(here()).toEqual(['new']);
    const again = read('a');
    expect(again).toMatchObject({ installed: false, replaces: true });
    expect(isOnShelf(again, surroundings)).toBe(true);
    takePlace(again, surroundings);
    expect(here()).toEqual(['old']);
    expect(read('a').installed).toBe(true);
  });

  it('keeps few on the shelf', () => {
    const { root, fill } = project();
    for (const lock of ['a', 'b', 'c', 'd', 'e']) fill(lock, lock);
    expect(readdirSync(join(root, '.dev/dependencies/services-api'))).toHaveLength(2);
  });

  it('gives way to what the person installed herself, which stays as it is', () => {
    const { write, read } = project();
    write('services/api/node_modules/mine/index.js', '');
    const install = read('a');
    expect(install).toMatchObject({ shared: [], installed: true });
    expect(install.own).toEqual(['services/api/node_modules']);
    expect(install.mounts.map(({ target }) => target)).toEqual([
      '/workspace/services/api/node_modules',
    ]);
  });

  it('keeps what the person changed in it, and says where', () => {
    const { root, write, fill, here, notes } = project();
    fill('a', 'fastify');
    write('services/api/node_modules/mine/index.js', 'precious');
    fill('b', 'other');
    expect(here()).toEqual(['other']);
    const kept = join(root, '.dev/kept/services-api-node_modules-1970-01-01T00-00-01');
    expect(readFileSync(join(kept, 'mine/index.js'), 'utf8')).toBe('precious');
    expect(notes).toEqual([expect.stringContaining('is kept in .dev/kept/services-api')]);
  });

  it('keeps what the person installed while it was under way', () => {
    const { root, write, read, surroundings, notes } = project();
    const install = read('a');
    clearStage(install, surroundings);
    write('services/api/node_modules/mine/index.js', 'precious');
    markFilled(install, surroundings);
    takePlace(install, surroundings);
    expect(readdirSync(join(root, '.dev/kept'))).toHaveLength(1);
    expect(notes).toHaveLength(1);
  });

  it('writes nothing through a link', () => {
    const { root, read, surroundings } = project();
    const install = read('a');
    clearStage(install, surroundings);
    markFilled(install, surroundings);
    const outside = join(root, '../outside');
    mkdirSync(join(outside, 'api'), { recursive: true });
    rmSync(join(root, 'services'), { recursive: true });
    symlinkSync(outside, join(root, 'services'));
    expect(takePlace(install, surroundings).ok).toBe(false);
    expect(readdirSync(join(outside, 'api'))).toEqual([]);
  });

  it('begins from nothing after a kill, and does not take half an install for a whole one', () => {
    const { root, read, surroundings } = project();
    const install = read('a');
    clearStage(install, surroundings);
    const [stage] = stagedFolders(install, surroundings.places);
    mkdirSync(join(stage?.folder ?? '', 'half'));
    expect(isOnShelf(install, surroundings)).toBe(false);
    clearStage(install, surroundings);
    expect(readdirSync(stage?.folder ?? '')).toEqual([]);
    expect(existsSync(join(root, 'services/api/node_modules'))).toBe(false);
  });

  it('is removed with the project, unless the person changed it', () => {
    const { root, write, fill, surroundings } = project();
    fill('a', 'fastify');
    const folder = join(root, 'services/api/node_modules');
    expect(filledFolders(surroundings.places, hostFiles)).toEqual(['services/api/node_modules']);
    expect(removableFolders(surroundings.places, hostFiles)).toEqual([folder]);
    write('services/api/node_modules/mine/index.js', '');
    expect(removableFolders(surroundings.places, hostFiles)).toEqual([]);
  });

  it('believes no record that leads out of the project', () => {
    const { root, packages, surroundings } = project();
    mkdirSync(packages, { recursive: true });
    mkdirSync(root);
    writeFileSync(join(packages, '.onestack.json'), '{"key":"k","contents":"c"}');
    writeFileSync(surroundings.places.record, '["../packages", "", 7, "/etc"]');
    expect(removableFolders(surroundings.places, hostFiles)).toEqual([]);
  });
});

describe('a cache that editors read', () => {
  const go: Module = {
    ...API,
    image: 'go',
    install: { run: 'go mod download', lockfiles: ['lock'], directories: [], caches: ['go-mod'] },
  };

  it('lies in the person’s folder, and is filled once for a lockfile', () => {
    const { packages, read, fill } = project(go);
    expect(read('a')).toMatchObject({
      installed: false,
      caches: [{ folder: join(packages, 'go-mod'), target: '/var/cache/onestack/go-mod' }],
    });
    fill('a', '');
    expect(read('a').installed).toBe(true);
    expect(planInstalls([read('a')], new Map(), 'p')).toEqual([]);
    expect(read('b').installed).toBe(false);
  });
});

describe('what lay in volumes', () => {
  it('is copied, not installed again', () => {
    const { read } = project();
    const install = read('a');
    const volumes = [install.marker, ...install.former.map(({ volume }) => volume)];
    const existing = new Map(volumes.map((name) => [name, {}]));
    expect(planInstalls([install], existing, 'p')).toEqual([
      { install, cause: 'in a volume until now', source: { kind: 'volumes' } },
    ]);
    existing.delete(install.marker);
    expect(planInstalls([install], existing, 'p')).toMatchObject([{ source: { kind: 'command' } }]);
  });
});
