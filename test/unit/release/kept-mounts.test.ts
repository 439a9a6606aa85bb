import { expect, it } from 'vitest';
import { keptMounts } from '../../../src/release/kept-mounts.ts';
import { aModule } from '../../support/modules.ts';

const lib = aModule('lib', { path: 'lib' });
const api = aModule('api', { path: 'api', uses: ['lib'] });
const at = { workspace: '/run/src', modules: [lib, api] };
const before = [
  { folder: '.', artifact: ['site/', 'LIST'] },
  { folder: 'api', artifact: ['pact.json'] },
  { folder: 'lib', artifact: ['out'] },
  { folder: 'web', artifact: ['dist'] },
];

it('a stage of a module sees what others have kept elsewhere', () => {
  expect(keptMounts(api, before, at)).toEqual([
    { source: '/run/src/site', target: '/app/site' },
    { source: '/run/src/LIST', target: '/app/LIST' },
    { source: '/run/src/web/dist', target: '/app/web/dist' },
  ]);
});

it('one that sees the whole workspace needs no more', () => {
  expect(keptMounts(undefined, before, at)).toEqual([]);
  expect(keptMounts(aModule('all', { path: '.' }), before, at)).toEqual([]);
});
