import { describe, expect, it } from 'vitest';
import type { CheckDefinition, Module } from '../../../src/model/module.ts';
import type { CheckedModule } from '../../../src/session/check-loop.ts';
import {
  restartedAfter,
  restartedAfterTest,
  restartedAtOnce,
} from '../../../src/session/restart-rules.ts';
import { aModule } from '../../support/modules.ts';
import { partly } from '../../support/partly.ts';

interface Sketch {
  readonly uses?: readonly string[];
  readonly compiles?: boolean;
  readonly runs?: boolean;
  readonly restart?: Module['restart'];
  /** The settings switch its compile off. */
  readonly off?: boolean;
  /** Whether it has a test that the settings want. */
  readonly tests?: boolean;
}

function module(name: string, sketch: Sketch = {}): CheckedModule {
  const { uses = [], compiles = false, runs = true, restart = 'on-compile', off = false } = sketch;
  const tests = sketch.tests === true ? (['test'] as const) : [];
  const compile = partly<CheckDefinition>({ kind: 'compile' });
  const made = aModule(name, { path: 'app', uses, restart, checks: compiles ? [compile] : [] });
  return {
    name,
    uses,
    checks: [...(compiles && !off ? (['compile'] as const) : []), ...tests],
    module: runs ? { ...made, run: 'x' } : made,
  };
}

describe('restartedAtOnce', () => {
  it('is what runs and has nothing to compile', () => {
    const modules = [
      module('python'),
      module('typescript', { compiles: true }),
      module('switched-off', { compiles: true, off: true }),
      module('library', { runs: false }),
      module('never', { restart: 'never' }),
      module('elsewhere'),
    ];
    const affected = modules.map(({ name }) => name).filter((name) => name !== 'elsewhere');
    expect(restartedAtOnce(modules, affected)).toEqual(['python']);
  });

  it('waits for what the same save compiles', () => {
    const modules = [
      module('common', { compiles: true, runs: false }),
      module('between', { uses: ['common'], runs: false }),
      module('web', { uses: ['between'] }),
    ];
    expect(restartedAtOnce(modules, ['common', 'between', 'web'])).toEqual([]);
    expect(restartedAfter(modules, 'common')).toEqual(['web']);
    expect(restartedAtOnce(modules, ['between', 'web'])).toEqual(['web']);
  });
});

describe('restartedAfter', () => {
  it('is the compiled module, if it runs and wants that, not those that compile themselves', () => {
    const modules = [
      module('a', { compiles: true }),
      module('b', { compiles: true, uses: ['a'] }),
      module('never', { uses: ['a'], restart: 'never' }),
    ];
    expect(restartedAfter(modules, 'a')).toEqual(['a']);
    expect(restartedAfter([module('a', { compiles: true, restart: 'never' })], 'a')).toEqual([]);
  });
});

describe('restartedAfterTest', () => {
  const modules = [
    module('web', { restart: 'after-test', tests: true }),
    module('worker', { restart: 'after-test', uses: ['web'] }),
    module('typescript', { restart: 'after-test', compiles: true, tests: true }),
    module('untested', { restart: 'after-test' }),
    module('plain', { tests: true }),
  ];

  it('is what wants to wait for its tests, or for those of the folder that it shares', () => {
    expect(restartedAfterTest(modules, 'web')).toEqual(['web', 'worker']);
    expect(restartedAfterTest(modules, 'typescript')).toEqual(['typescript']);
    expect(restartedAfterTest(modules, 'plain')).toEqual([]);
  });

  it('is not restarted by a save or a compile before; what has no tests is', () => {
    const all = modules.map(({ name }) => name);
    expect(restartedAtOnce(modules, all)).toEqual(['untested', 'plain']);
    expect(restartedAfter(modules, 'typescript')).toEqual([]);
  });
});
