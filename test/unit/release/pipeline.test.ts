import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Module } from '../../../src/model/module.ts';
import type { StoredArtifact } from '../../../src/ports/artifact-store.ts';
import {
  moduleImageReference,
  moduleKeys,
  profilesKey,
  type ModuleKeys,
} from '../../../src/release/keys.ts';
import { pipelineText, type PipelinePlan } from '../../../src/release/pipeline-plan.ts';
import { planPipeline } from '../../../src/release/pipeline.ts';
import type { Sources } from '../../../src/release/sources.ts';
import { runContainer } from '../../../src/ports/docker-command.ts';
import { stageSpec, type StageSetting } from '../../../src/release/stage.ts';
import { aModule } from '../../support/modules.ts';

const check = (kind: 'compile' | 'test' | 'lint') => ({
  ...{ kind, run: `run-${kind}`, timeoutMs: 60_000, daemon: false, formats: [] },
});
const install = {
  ...{ run: 'npm ci', production: 'npm ci --omit=dev', directories: ['node_modules'] },
  lockfiles: ['package-lock.json', 'package.json'],
};
const LIB = aModule('lib', {
  checks: [check('compile'), check('test')],
  artifact: ['dist'],
  install,
});
const API = aModule('api', {
  ...{ uses: ['lib'], checks: [check('compile'), check('test'), check('lint')], install },
  ...{ artifact: ['dist'], run: 'node dist/main.js' },
});
const GO = aModule('go', {
  image: 'go',
  checks: [check('compile')],
  artifact: ['dist'],
  run: 'dist/go',
});
const MODULES = [API, LIB, GO];

const FILES: Readonly<Record<string, string>> = {
  'README.md': 'r1',
  'dev.yaml': 'd1',
  'tsconfig.json': 't1',
  'lib/package.json': 'p1',
  'lib/package-lock.json': 'l1',
  'lib/src/index.ts': 's1',
  'api/package.json': 'p2',
  'api/package-lock.json': 'l2',
  'api/src/main.ts': 's2',
  'go/main.go': 's3',
  'profiles/prod/app.yaml': 'c1',
};

function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  return {
    commit: '3f2a1bc9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3',
    committedAtSeconds: 1_700_000_000,
    files: Object.entries(files).map(([path, hash]) => ({ path, hash, mode: '100644' })),
  };
}

const REFERENCES = new Map([
  ['node', 'onestack/node:1'],
  ['go', 'onestack/go:1'],
]);

function keysOf(
  files = FILES,
  modules: readonly Module[] = MODULES,
  references = REFERENCES,
): ReadonlyMap<string, ModuleKeys> {
  return moduleKeys({ modules, sources: sourcesOf(files), references });
}

/** Names of the modules' keys that differ. */
function changed(
  a: ReadonlyMap<string, ModuleKeys>,
  b: ReadonlyMap<string, ModuleKeys>,
): readonly string[] {
  return [...a].flatMap(([name, keys]) => {
    const other = b.get(name);
    return (['artifact', 'dependencies', 'image'] as const)
      .filter((kind) => keys[kind] !== other?.[kind])
      .map((kind) => `${kind} ${name}`);
  });
}

const argvOf = (...stage: Parameters<typeof stageSpec>) => runContainer(stageSpec(...stage));

describe('the keys of what is made', () => {
  it.each([
    { path: 'README.md', is: [] },
    { path: 'dev.yaml', is: [] },
    { path: 'api/src/main.ts', is: ['artifact api', 'image api'] },
    { path: 'lib/src/index.ts', is: ['artifact api', 'image api', 'artifact lib'] },
    { path: 'go/main.go', is: ['artifact go', 'image go'] },
    { path: 'profiles/prod/app.yaml', is: ['image api', 'image go'] },
    {
      path: 'api/package-lock.json',
      is: ['artifact api', 'dependencies api', 'image api'],
    },
    {
      path: 'lib/package.json',
      is: ['artifact api', 'dependencies api', 'image api', 'artifact lib', 'dependencies lib'],
    },
    {
      path: 'tsconfig.json',
      is: [
        'artifact api',
        'dependencies api',
        'image api',
        'artifact lib',
        'dependencies lib',
        'artifact go',
        'image go',
      ],
    },
  ])('an edit of $path makes anew: $is', ({ path, is }) => {
    expect(changed(keysOf(), keysOf({ ...FILES, [path]: 'other' }))).toEqual(is);
  });

  it('another base image or another command makes anew what comes of it', () => {
    const other = new Map([...REFERENCES, ['go', 'onestack/go:2']]);
    expect(changed(keysOf(), keysOf(FILES, MODULES, other))).toEqual(['artifact go', 'image go']);
    const ran = [API, LIB, { ...GO, run: 'dist/other' }];
    expect(changed(keysOf(), keysOf(FILES, ran))).toEqual(['image go']);
  });
});

const all = (plan: PipelinePlan): readonly string[] => plan.steps.map(({ id }) => id);

function stored(keys: readonly string[]): ReadonlyMap<string, StoredArtifact> {
  const blob = { digest: 'a'.repeat(64), sizeBytes: 1 };
  return new Map(
    keys.map((key) => [
      key,
      {
        ...{ key, kind: 'artifact', name: 'x', blob, commit: '1234567890' },
        madeAtMs: 0,
        tookMs: 5,
      } as const,
    ]),
  );
}

function planned(have: readonly string[], images: readonly string[] = [], files = FILES) {
  return planPipeline({
    project: 'shop',
    modules: MODULES,
    keys: keysOf(files),
    profilesKey: profilesKey(sourcesOf(files)),
    smokeKey: undefined,
    stored: stored(have),
    images: new Set(images),
    checks: true,
  });
}

/** All keys of a state of the files, and the images that belong to them. */
function everything(files = FILES) {
  const keys = [...keysOf(files)];
  return {
    have: [
      profilesKey(sourcesOf(files)),
      ...keys.flatMap(([, one]) => [one.artifact, one.dependencies ?? '', ...one.checks.values()]),
    ],
    images: keys.flatMap(([name, { image }]) =>
      image === undefined ? [] : [moduleImageReference('shop', name, image)],
    ),
  };
}

describe('the plan of a run', () => {
  it('of a new commit does all, each after what it needs', () => {
    expect(pipelineText(planned([]))).toMatchInlineSnapshot(`
      "install lib: what is built needs it
      compile lib: its sources are new
      pack lib: not made yet
      test lib: not passed yet with these sources
      dependencies lib: not installed for production yet
      install api: what is built needs it
      compile api: its sources are new
      pack api: not made yet
      test api: not passed yet with these sources
      lint api: not passed yet with these sources
      dependencies api: not installed for production yet
      bake api: not made yet
      compile go: its sources are new
      pack go: not made yet
      bake go: not made yet
      profiles: not made yet
      "
    `);
    expect(planned([]).steps.find(({ id }) => id === 'bake:api')?.needs).toMatchInlineSnapshot(`
      [
        "pack:lib",
        "test:lib",
        "pack:api",
        "test:api",
        "lint:api",
        "dependencies:lib",
        "dependencies:api",
        "profiles",
      ]
    `);
  });

  it('of a commit that was built does nothing', () => {
    const { have, images } = everything();
    expect(all(planned(have, images))).toEqual([]);
  });

  it('of an edit of one module does only what is about it, with what it uses restored', () => {
    const { have, images } = everything();
    const files = { ...FILES, 'api/src/main.ts': 'other' };
    expect(all(planned(have, images, files))).toEqual([
      ...['install:lib', 'restore:lib', 'install:api', 'compile:api', 'pack:api'],
      ...['test:api', 'lint:api', 'bake:api'],
    ]);
  });

  it('unpacks what was installed by the same lockfiles, and installs by others', () => {
    const { have, images } = everything();
    const installed = [...keysOf().values()].flatMap((one) => one.installed ?? []);
    expect(installed).toHaveLength(2);
    const actions = (files: Readonly<Record<string, string>>) =>
      planned([...have, ...installed], images, files).steps.flatMap(({ id, action }) =>
        id.startsWith('install:') ? [`${id} ${action.kind}`] : [],
      );
    const edited = { ...FILES, 'api/src/main.ts': 'other' };
    expect(actions(edited)).toEqual(['install:lib restore', 'install:api restore']);
    expect(actions({ ...edited, 'api/package-lock.json': 'other' })).toEqual([
      ...['install:lib restore', 'install:api install'],
    ]);
    // Of a module that is used the manifests count: it may be linked, with what it needs.
    expect(actions({ ...edited, 'lib/package.json': 'other' })).toEqual([
      ...['install:lib install', 'install:api install'],
    ]);
  });

  it('bakes from the store what the engine has lost', () => {
    expect(all(planned(everything().have))).toEqual(['bake:api', 'bake:go']);
  });

  it('names needs that come before, whatever is stored, and never what is stored', () => {
    const { have, images } = everything();
    fc.assert(
      fc.property(fc.subarray(have), fc.subarray(images), (some, there) => {
        const { steps } = planned(some, there);
        const before = new Set<string>();
        for (const { id, needs } of steps) {
          for (const need of needs) expect(before).toContain(need);
          expect(before).not.toContain(id);
          before.add(id);
        }
        // What one round makes, the next one need not: the run converges.
        const kept = planned(some, there).kept.map(({ id }) => id);
        expect(kept.filter((id) => before.has(id))).toEqual([]);
      }),
    );
  });
});

describe('a stage', () => {
  const setting: StageSetting = {
    ...{
      run: 'r1',
      project: 'shop',
      workspace: '/run/src',
      modules: MODULES,
      shared: ['tsconfig.json'],
    },
    ...{
      person: { uid: 1000, gid: 1000 },
      cacheScope: 'a1',
      trust: [],
      environment: {},
      passed: ['HTTPS_PROXY'],
    },
  };
  const stage = {
    name: 'compile api',
    module: API,
    image: 'onestack/node:1',
    run: 'tsc; echo "$HOME"',
  };

  it('sees its module, what that uses and the shared files, and reaches nothing', () => {
    const argv = argvOf({ ...stage, network: false, timeoutMs: 1 }, setting).join(' ');
    expect(argv).toContain('--network none');
    expect(argv).toContain('src=/run/src/api,dst=/app/api ');
    expect(argv).toContain('src=/run/src/lib,dst=/app/lib,readonly');
    expect(argv).toContain('src=/run/src/tsconfig.json,dst=/app/tsconfig.json,readonly');
    expect(argv).not.toContain('/run/src/go');
    expect(argv).not.toContain('HTTPS_PROXY');
  });

  it('has a folder once that is of several modules, and can write to it', () => {
    const worker = { ...API, name: 'worker', uses: ['api', ...API.uses] };
    const modules = [...MODULES, worker];
    const spec = { ...stage, module: worker, network: false, timeoutMs: 1 };
    const argv = argvOf(spec, { ...setting, modules }).join(' ');
    expect(argv.match(/dst=\/app\/api\b/g)).toHaveLength(1);
    expect(argv).toContain('src=/run/src/api,dst=/app/api ');
    expect(argv).toContain('dst=/app/lib,readonly');
  });

  it('joins the services that it needs, with what it is given there', () => {
    const mounts = [{ source: '/secrets/token', target: '/run/secrets/token' }];
    const among = { ...stage, network: false, joins: 'smoke-1_default', mounts, timeoutMs: 1 };
    const argv = argvOf(among, setting).join(' ');
    expect(argv).toContain('--network smoke-1_default');
    expect(argv).toContain('src=/secrets/token,dst=/run/secrets/token,readonly');
    expect(argv).not.toContain('HTTPS_PROXY');
  });

  it('that installs reaches registries, with the person’s proxy by name', () => {
    const argv = argvOf({ ...stage, network: true, timeoutMs: 1 }, setting).join(' ');
    expect(argv).not.toContain('--network');
    expect(argv).toContain('--env HTTPS_PROXY');
  });
});

describe('processes of one folder', () => {
  const web = aModule('web', { ...API, name: 'web', path: 'app', uses: [] });
  const worker = aModule('worker', { ...{ path: 'app', uses: ['web'], install }, run: 'worker' });

  it('are installed once, for the build and for production', () => {
    const modules = [web, worker];
    const keys = keysOf({ 'app/package.json': 'a1', 'app/package-lock.json': 'a2' }, modules);
    expect(keys.get('worker')?.dependencies).toBe(keys.get('web')?.dependencies);
    const plan = planPipeline({
      ...{ project: 'shop', modules, keys, profilesKey: 'p', smokeKey: undefined },
      ...{ stored: new Map(), images: new Set(), checks: true },
    });
    const ids = plan.steps.map(({ id }) => id);
    expect(ids.filter((id) => /^(?:install|dependencies):/.test(id))).toEqual([
      'install:web',
      'dependencies:web',
    ]);
    const needs = plan.steps.find(({ id }) => id === 'bake:worker')?.needs;
    expect(needs).toContain('dependencies:web');
  });
});

describe('a workspace', () => {
  const shared = {
    ...{ workspace: '.', run: 'npm ci', production: 'npm ci --omit=dev' },
    lockfiles: ['package-lock.json', 'package.json', 'packages/lib/package.json'],
    directories: ['node_modules', 'packages/lib/node_modules'],
  };
  const lib = aModule('lib', { ...LIB, path: 'packages/lib', install: shared });
  const api = aModule('api', { ...API, path: 'packages/api', install: shared });
  const files = {
    'package.json': 'w1',
    'package-lock.json': 'w2',
    'packages/lib/package.json': 'w3',
    'packages/api/main.js': 'w4',
  };

  it('is installed once for all of its modules', () => {
    const keys = keysOf(files, [api, lib]);
    const plan = planPipeline({
      ...{ project: 'shop', modules: [api, lib], keys, profilesKey: 'p', smokeKey: undefined },
      ...{ stored: new Map(), images: new Set(), checks: true },
    });
    const ids = plan.steps.map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('install:'))).toEqual(['install:api']);
    const compile = plan.steps.find(({ id }) => id === 'compile:lib');
    expect(compile?.needs).toEqual(['install:api']);
  });

  it('makes everything anew when its lockfile or a manifest changes', () => {
    const before = keysOf(files, [api, lib]);
    for (const name of ['package-lock.json', 'packages/lib/package.json']) {
      const after = keysOf({ ...files, [name]: 'other' }, [api, lib]);
      expect(after.get('api')?.dependencies).not.toBe(before.get('api')?.dependencies);
      expect(after.get('api')?.artifact).not.toBe(before.get('api')?.artifact);
    }
  });

  it('is written as a whole by its install, and read by what comes after it', () => {
    const setting: StageSetting = {
      ...{ run: 'r', project: 'shop', workspace: '/src', modules: [api, lib], shared: [] },
      ...{ person: { uid: 1, gid: 1 }, cacheScope: 'a1', trust: [], environment: {}, passed: [] },
    };
    const stage = { name: 's', module: api, image: 'i', run: 'x', network: true, timeoutMs: 1 };
    const text = (more: object) => argvOf({ ...stage, ...more }, setting).join(' ');
    const whole = text({ workspace: '.' });
    expect(whole).toContain('--workdir /app ');
    expect(whole).toContain('src=/src,dst=/app ');
    const compile = text({});
    expect(compile).toContain('--workdir /app/packages/api ');
    expect(compile).toContain('src=/src/node_modules,dst=/app/node_modules,readonly');
    expect(compile).toContain('dst=/app/packages/lib/node_modules,readonly');
  });
});
