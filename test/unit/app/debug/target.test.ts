import { describe, expect, it } from 'vitest';
import { debugTarget, debugTargets } from '../../../../src/app/debug/target.ts';
import type { Module } from '../../../../src/model/module.ts';

const aModule = (name: string, image: string, run?: string): Module => ({
  ...{ name, path: name, image, uses: [], install: undefined, checks: [], run },
  ...{ restart: 'on-compile', artifact: [], ignore: [] },
});

const MODULES = [
  aModule('common', 'node'),
  aModule('api', 'node', 'node a.js'),
  aModule('pricing', 'our-go', 'dist/pricing'),
  aModule('worker', 'node', 'npm start'),
  aModule('rust', 'rust', 'target/app'),
];
const IMAGES = new Map([
  ['our-go', { parent: 'go' }],
  ['go', { parent: 'os' }],
  ['node', { parent: 'os' }],
  ['rust', { parent: 'os' }],
  ['os', { parent: undefined }],
]);

describe('what can be debugged', () => {
  it('is what has a process of a known kind, each at a port of its own', () => {
    const targets = debugTargets(MODULES, IMAGES);
    expect(targets.map(({ module, kind, port }) => [module.name, kind, port])).toEqual([
      ['api', 'node', 9229],
      ['pricing', 'go', 2345],
      ['worker', 'node', 9230],
    ]);
  });

  it.each([
    ['common', 'common is a library: it has no process', 'api, pricing, worker'],
    ['apo', 'there is no module apo', 'Did you mean "api"?'],
    ['rust', 'no debugger is known for rust', 'dev tools --target rust'],
  ])('%s is told', (name, what, cure) => {
    const told = debugTarget(name, MODULES, IMAGES);
    expect(told).toMatchObject({ ok: false, failure: { reason: 'usage', what } });
    expect(told.ok ? '' : told.failure.cure).toContain(cure);
  });
});
