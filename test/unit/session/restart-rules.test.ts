import { describe, expect, it } from 'vitest';
import type { CheckDefinition, Module } from '../../../src/model/module.ts';
import type { CheckedModule } from '../../../src/session/check-loop.ts';
import { restartedAfter, restartedAtOnce } from '../../../src/session/restart-rules.ts';

interface Sketch {
  readonly uses?: readonly string[];
  readonly compiles?: boolean;
  readonly runs?: boolean;
  readonly restart?: Module['restart'];
  /** The settings switch its compile off. */
  readonly off?: boolean;
}

function module(name: string, sketch: Sketch = {}): CheckedModule {
  const { uses = [], compiles = false, runs = true, restart = 'on-compile', off = false } = sketch;
  const compile = { kind: 'compile' } as CheckDefinition;
  const made = { name, uses, restart, checks: compiles ? [compile] : [] } as unknown as Module;
  return {
    name,
    uses,
    checks: compiles && !off ? ['compile'] : [],
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
