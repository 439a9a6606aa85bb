import { expect, it } from 'vitest';
import { refuseForeignMembers } from '../../../../src/app/release/workspace-packages.ts';
import type { Module } from '../../../../src/model/module.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { aModule } from '../../../support/modules.ts';

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
});
const member = (name: string, more: Partial<Module> = {}): Module =>
  aModule(name, { path: `packages/${name}`, image: 'node', install, ...more });
const told = (...modules: readonly Module[]) => refuseForeignMembers(modules, '/p', files);

it('a package of the workspace that a module needs and that is none is refused at its line', () => {
  expect(told(member('api', { uses: ['lib'] }), member('lib'))).toEqual([
    {
      reason: 'definition',
      what: 'api needs @x/util (packages/util), which would not be in its image',
      why: 'there is its own code, and that of modules that it uses',
      cure: 'Make it a module, which api then uses by itself: modules: { util: { path: packages/util, image: node } }',
      at: {
        ...{ file: 'packages/api/package.json', line: 5, column: 5 },
        text: '    "@x/util": "1",',
      },
    },
  ]);
});

it('nothing is where all are modules, for development alone, or in no workspace', () => {
  const all = member('api', { uses: ['lib', 'util'] });
  expect(told(all, member('lib'), member('util'))).toEqual([]);
  const whole = aModule('all', { path: '.' });
  expect(told(member('api', { uses: ['all'] }), whole)).toEqual([]);
  const { run, directories, lockfiles } = install;
  const alone = { run, directories, lockfiles };
  expect(told(member('api', { install: alone }))).toEqual([]);
});
