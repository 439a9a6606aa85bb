import { execFileSync } from 'node:child_process';
import { installTrouble } from '../../../src/engine/install-trouble.ts';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { workspaceOf } from '../../../src/definitions/workspaces.ts';
import { lockfilesOf, type Module } from '../../../src/model/module.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const pkg = (name: string, more: object = {}): string => JSON.stringify({ name, ...more });

function modulesOf(
  modules: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): readonly Module[] {
  const lines = Object.entries(modules).map(([name, options]) => `  ${name}: { ${options} }`);
  const project = loadProject('/p', {
    files: new MemoryFiles({
      '/p/dev.yaml': `name: shop\nmodules:\n${lines.join('\n')}\n`,
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text])),
    }),
  });
  if (!project.ok) throw new Error(project.failure.map(({ what }) => what).join('; '));
  return project.value.modules;
}

const PACKAGES = {
  'packages/lib/package.json': pkg('@w/lib'),
  'packages/api/package.json': pkg('@w/api', { dependencies: { '@w/lib': '*', left: '1' } }),
  'packages/web/package.json': pkg('web', { devDependencies: { '@w/api': 'workspace:^' } }),
};
const MODULES = {
  web: 'image: node, path: packages/web',
  lib: 'image: node, path: packages/lib',
  api: 'image: node, path: packages/api',
};

describe('modules of a workspace', () => {
  it.each([
    ['npm', 'package-lock.json', {}, 'npm ci'],
    ['yarn', 'yarn.lock', {}, 'yarn install --frozen-lockfile'],
    [
      'pnpm',
      'pnpm-lock.yaml',
      { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' },
      'pnpm install --frozen-lockfile',
    ],
  ])('are installed once at its root: %s', (_name, lockfile, more, run) => {
    const root = pkg('root', { private: true, workspaces: ['packages/*'] });
    const files = { 'package.json': root, [lockfile]: 'lock', ...more, ...PACKAGES };
    const modules = modulesOf(MODULES, files);
    const [first] = modules;
    for (const { install } of modules) expect(install).toEqual(first?.install);
    expect(first?.install).toMatchObject({ workspace: '.', run });
    expect(first?.install?.directories).toEqual([
      'node_modules',
      'packages/api/node_modules',
      'packages/lib/node_modules',
      'packages/web/node_modules',
    ]);
    expect(first && lockfilesOf(first)).toEqual(
      expect.arrayContaining([lockfile, 'package.json', 'packages/lib/package.json']),
    );
  });

  it('use those that their package.json names', () => {
    const root = pkg('root', { workspaces: { packages: ['./packages/*/'] } });
    const files = { 'package.json': root, 'package-lock.json': '{}', ...PACKAGES };
    const uses = modulesOf(MODULES, files).map(({ name, uses: used }) => [name, used.join()]);
    expect(uses).toEqual([
      ['web', 'api'],
      ['lib', ''],
      ['api', 'lib'],
    ]);
  });

  it('make no circle of packages that need one another', () => {
    const files = {
      'package.json': pkg('root', { workspaces: ['*'] }),
      'a/package.json': pkg('a', { dependencies: { b: '*' } }),
      'b/package.json': pkg('b', { devDependencies: { a: '*' } }),
    };
    const modules = modulesOf({ a: 'image: node', b: 'image: node' }, files);
    expect(modules.map(({ uses }) => uses)).toEqual([['b'], []]);
  });

  it('keep an install that they have of their own', () => {
    const files = {
      'package.json': pkg('root', { workspaces: ['packages/*'] }),
      'package-lock.json': '{}',
      ...PACKAGES,
      'packages/lib/yarn.lock': '',
      'other/package.json': pkg('other'),
      'other/package-lock.json': '{}',
    };
    const modules = modulesOf({ ...MODULES, other: 'image: node' }, files);
    const installs = modules.map(({ install }) => [install?.workspace, install?.run]);
    expect(installs).toEqual([
      ['.', 'npm ci'],
      [undefined, 'yarn install --frozen-lockfile'],
      ['.', 'npm ci'],
      [undefined, 'npm ci'],
    ]);
  });

  it('are what a module at the root is installed for, too', () => {
    const files = {
      'package.json': pkg('root', { workspaces: ['packages/*'] }),
      'package-lock.json': '{}',
      ...PACKAGES,
    };
    const [all, api] = modulesOf({ all: 'image: node, path: .', api: MODULES.api }, files);
    expect(all?.install).toEqual(api?.install);
  });
});

describe('workspaceOf', () => {
  const membersOf = (workspaces: readonly string[], folders: readonly string[]) => {
    const files = new MemoryFiles({ '/p/package.json': pkg('root', { workspaces }) });
    for (const folder of folders) files.put(`/p/${folder}/package.json`, pkg(folder));
    return workspaceOf('.', { root: '/p', files })?.members;
  };

  it.each([
    [['packages/*'], ['packages/a', 'packages/a/b', 'other'], ['packages/a']],
    [['apps/**'], ['apps/a', 'apps/a/b', 'apps/a/node_modules/x'], ['apps/a', 'apps/a/b']],
    [['{apps,libs}/*'], ['apps/a', 'libs/b', 'tools/c'], ['apps/a', 'libs/b']],
    [['packages/*', '!packages/b'], ['packages/a', 'packages/b'], ['packages/a']],
    [
      ['api', './web/'],
      ['api', 'web'],
      ['api', 'web'],
    ],
    [['missing'], [], []],
    [['../outside/*'], ['a'], []],
    [['*'], ['a', 'node_modules/x', '.git/hooks'], ['a']],
  ])('finds %j in %j', (patterns, folders, members) => {
    expect(membersOf(patterns, folders)).toEqual(members);
  });

  it('follows no link that leads out of the project', () => {
    const files = new MemoryFiles({
      '/p/package.json': pkg('root', { workspaces: ['packages/*'] }),
      '/elsewhere/package.json': pkg('other'),
    });
    files.link('/p/packages/out', '/elsewhere');
    expect(workspaceOf('.', { root: '/p', files })?.members).toEqual([]);
  });

  it('is no workspace where nothing says so, or nobody can read it', () => {
    for (const text of ['{', '[]', 'null', '{"workspaces": 3}', '{"workspaces": [1]}', '']) {
      const files = new MemoryFiles({ '/p/package.json': text });
      expect(workspaceOf('.', { root: '/p', files })).toBeUndefined();
    }
  });
});

describe('modules of Go', () => {
  const GO = {
    'go.work': 'go 1.24\n\nuse (\n\t./api\n\t./lib // shared\n)\nuse "./tool"\n',
    'api/go.mod':
      'module example.com/api\n\nrequire (\n\texample.com/lib v0.0.0\n\texample.com/other v1.2.3\n)\n',
    'lib/go.mod': 'module "example.com/lib"\n',
    'tool/go.mod': 'module example.com/tool\nrequire example.com/api v0.0.0\n',
    'alone/go.mod': 'module example.com/alone\nrequire example.com/lib v1.0.0\n',
    'apart/go.mod':
      'module apart\nreplace (\n\texample.com/lib v1.0.0 => ../lib\n\tx => y v1.0.0\n)\n',
  };
  const image = 'image: go';
  const folders = ['api', 'lib', 'tool', 'alone', 'apart'];
  const uses = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      modulesOf(Object.fromEntries(folders.map((name) => [name, image])), files).map(
        ({ name, uses: used }) => [name, used.join()],
      ),
    );

  it('use those of their go.work that they require, and what `replace` puts in place', () => {
    expect(uses(GO)).toEqual({ api: 'lib', lib: '', tool: 'api', alone: '', apart: 'lib' });
  });

  it('are alone where it names none of them', () => {
    expect(uses({ ...GO, 'go.work': 'go 1.24\n' })).toEqual({
      api: '',
      lib: '',
      tool: '',
      alone: '',
      apart: 'lib',
    });
  });
});

describe('Yarn', () => {
  const install = (lockfile: string, settings = 'nodeLinker: node-modules\n') =>
    modulesOf(
      { api: 'image: node' },
      {
        ...{ 'api/package.json': pkg('api'), 'api/yarn.lock': lockfile },
        'api/.yarnrc.yml': settings,
      },
    )[0]?.install;

  it('is told in the words of the version that wrote the lockfile', () => {
    expect(install('# yarn lockfile v1\n')).toMatchObject({
      run: 'yarn install --frozen-lockfile',
      production: 'yarn install --frozen-lockfile --production',
    });
    expect(install('__metadata:\n  version: 8\n')).toMatchObject({
      run: 'yarn install --immutable',
      production: 'yarn workspaces focus --all --production',
    });
    expect(install('__metadata:\n  version: 8\n', 'nodeLinker: pnpm\n')).toMatchObject({
      run: 'yarn install --immutable',
    });
  });

  it.each(['nodeLinker: pnp\n', ''])("is refused with Plug'n'Play: %j", (settings) => {
    const refused = install('__metadata:\n  version: 8\n', settings);
    const says = execFileSync('sh', ['-c', `(${refused?.run ?? ''}) 2>&1 || true`]).toString();
    expect(installTrouble(says)?.cure).toMatch(/^Write nodeLinker: node-modules into/);
    expect(refused?.production).toBe(refused?.run);
  });
});
