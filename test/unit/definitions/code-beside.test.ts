import { expect, it } from 'vitest';
import { refuseCodeBeside } from '../../../src/app/release/code-beside.ts';
import { besideNotes } from '../../../src/app/up/beside-notes.ts';
import type { Module } from '../../../src/model/module.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { aModule } from '../../support/modules.ts';

const install = {
  ...{ run: 'npm ci', directories: ['node_modules'], workspace: '.' },
  lockfiles: ['package-lock.json', 'package.json'],
};
const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, ...more }, undefined, 2);
const files = new MemoryFiles({
  '/p/package.json': manifest('root', { workspaces: ['packages/*'] }),
  '/p/packages/api/package.json': manifest('@x/api', {
    dependencies: { '@x/lib': '1', '@x/util': '1', express: '4' },
    devDependencies: { '@x/config': '1' },
  }),
  '/p/packages/lib/package.json': manifest('@x/lib'),
  '/p/packages/util/package.json': manifest('@x/util'),
  '/p/packages/config/package.json': manifest('@x/config'),
  '/p/web/package.json': manifest('web', {
    dependencies: { a: 'file:../own', b: 'file:vendor/b.tgz', c: 'link:../../out', d: './sub' },
  }),
  ...{ '/p/own/package.json': manifest('a'), '/p/web/vendor/b.tgz': '', '/p/web/sub/x.js': '' },
  '/p/go/go.mod':
    'module x/go\nrequire (\n\tx/shared v0.0.0\n\tx/w v0.0.0\n)\nreplace x/shared => ../shared\n',
  ...{ '/p/shared/go.mod': 'module x/shared\n', '/p/w/go.mod': 'module x/w\n' },
  '/p/go.work': 'use (\n\t./go\n\t./w\n\t./other\n)\n',
});
const member = (name: string, more: Partial<Module> = {}): Module =>
  aModule(name, { path: `packages/${name}`, image: 'node', install, ...more });
const refused = (...modules: readonly Module[]) => refuseCodeBeside(modules, '/p', files);
const noted = (module: Module, ...others: readonly Module[]) =>
  besideNotes(module, [module, ...others], { root: '/p', files });

it('a package of the workspace that a module needs and that is none is refused at its line', () => {
  expect(refused(member('api', { uses: ['lib'] }), member('lib'))).toEqual([
    {
      reason: 'definition',
      what: 'api needs @x/util (packages/util), which would not be in its image',
      why: 'there, and where it is built, is its own code, and that of modules that it uses',
      cure: 'Make it a module, and say `uses` where api does not use it by itself: modules: { util: { path: packages/util, image: node } }',
      at: {
        ...{ file: 'packages/api/package.json', line: 5, column: 5 },
        text: '    "@x/util": "1",',
      },
    },
  ]);
});

it('and told by dev up, as edits of it are not followed; what is for development alone, too', () => {
  expect(noted(member('api', { uses: ['lib'] }), member('lib'))).toEqual([
    expect.stringMatching(/^module api takes code of packages\/config .* are not followed; mod/),
    'module api takes code of packages/util (packages/api/package.json), which is no module: edits there are not followed, and its image would not have it; modules: { util: { path: packages/util, image: node } } in dev.yaml makes it one',
  ]);
});

it('so are folders that a manifest names, in the project and outside of the module', () => {
  const web = aModule('web', { path: 'web', image: 'node' });
  expect(refused(web)).toMatchObject([
    { what: 'web needs a (own), which would not be in its image', at: { line: 4 } },
  ]);
  expect(refused({ ...web, uses: ['own'] }, aModule('own', { path: 'own' }))).toEqual([]);
});

it('so are modules of Go, which replace or go.work name', () => {
  const go = aModule('go', { path: 'go', image: 'go' });
  expect(refused(go)).toMatchObject([
    { what: 'go needs shared, which would not be in its image', at: { file: 'go/go.mod' } },
    { what: 'go needs w, which would not be in its image', at: { line: 4 } },
  ]);
});

it('nothing is where all are modules, or one in no workspace', () => {
  const all = member('api', { uses: ['lib', 'util'] });
  expect(refused(all, member('lib'), member('util'))).toEqual([]);
  expect(refused(member('api', { uses: ['all'] }), aModule('all', { path: '.' }))).toEqual([]);
  const { run, directories, lockfiles } = install;
  expect(refused(member('api', { install: { run, directories, lockfiles } }))).toEqual([]);
});
