import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/events/session-event.ts';
import { reduce } from '../../../src/state/reduce.ts';
import { currentDiagnostics, moduleCondition } from '../../../src/state/select.ts';
import { EMPTY_STATE, HISTORY_LENGTH } from '../../../src/state/session-state.ts';

const MODULES: SessionEvent = {
  kind: 'modules',
  at: 1,
  save: 0,
  watch: true,
  modules: [
    {
      name: 'api',
      path: 'api',
      uses: [],
      run: true,
      watch: true,
      checks: [
        { check: 'compile', enabled: true, daemon: false },
        { check: 'test', enabled: true, daemon: false },
      ],
    },
  ],
};

function play(...events: readonly SessionEvent[]): ReturnType<typeof reduce> {
  return [MODULES, ...events].reduce(reduce, EMPTY_STATE);
}

function ended(run: number, outcome: 'passed' | 'failed', at = run): SessionEvent {
  const failed = outcome === 'failed';
  return {
    kind: 'check-finished',
    module: 'api',
    check: 'compile',
    run,
    save: run,
    at,
    outcome,
    exitStatus: failed ? 2 : 0,
    durationMs: 5,
    diagnostics: failed
      ? [
          {
            file: 'api/src/a.ts',
            line: run,
            column: 1,
            severity: 'error',
            message: 'no',
            source: 'tsc',
          },
        ]
      : [],
    diagnosticsOmitted: 0,
    tail: [],
  };
}

const started = (run: number): SessionEvent => ({
  kind: 'check-started',
  at: run,
  save: run,
  module: 'api',
  check: 'compile',
  run,
});

describe('reduce', () => {
  it('shows a check as queued, then running, then with its result', () => {
    const queued: SessionEvent = {
      ...started(1),
      kind: 'check-queued',
    } as SessionEvent;
    const compile = (...events: SessionEvent[]) => play(...events).modules[0]?.checks[0];
    expect(compile(queued)?.queued).toEqual({ run: 1, save: 1 });
    expect(compile(queued, started(1))).toMatchObject({ running: { run: 1, save: 1, since: 1 } });
    expect(compile(queued, started(1))).not.toHaveProperty('queued');
    const done = compile(queued, started(1), ended(1, 'failed'));
    expect(done).not.toHaveProperty('running');
    expect(done?.last?.outcome).toBe('failed');
    expect(done?.last).not.toHaveProperty('kind');
  });

  it('keeps a newer run as running when an overtaken one reports its end', () => {
    const state = play(started(1), started(2), {
      kind: 'check-cancelled',
      at: 3,
      save: 1,
      module: 'api',
      check: 'compile',
      run: 1,
      reason: 'overtaken',
      by: 2,
      durationMs: 1,
    });
    expect(state.modules[0]?.checks[0]?.running?.run).toBe(2);
  });

  it('bounds the history', () => {
    const many = Array.from({ length: HISTORY_LENGTH + 5 }, (_, index) =>
      ended(index + 1, 'passed'),
    );
    const history = play(...many).modules[0]?.checks[0]?.history ?? [];
    expect(history).toHaveLength(HISTORY_LENGTH);
    expect(history.at(-1)?.save).toBe(HISTORY_LENGTH + 5);
  });

  it('keeps results over an edit of the project, and drops a removed module', () => {
    const state = play(ended(1, 'passed'), {
      ...MODULES,
      modules: [
        {
          name: 'api',
          path: 'services/api',
          uses: ['common'],
          run: true,
          watch: false,
          checks: [{ check: 'compile', enabled: false, daemon: false }],
        },
      ],
    });
    expect(state.modules[0]).toMatchObject({ path: 'services/api', watch: false });
    expect(state.modules[0]?.checks).toHaveLength(1);
    expect(state.modules[0]?.checks[0]).toMatchObject({ enabled: false, last: { run: 1 } });
    expect(play({ ...MODULES, modules: [] }).modules).toEqual([]);
  });

  it('replaces a standing problem by its key and removes it when solved', () => {
    const problem = (what: string): SessionEvent => ({
      kind: 'problem',
      at: 2,
      save: 0,
      key: 'definition',
      level: 'error',
      failures: [{ reason: 'definition', what }],
    });
    const state = play(problem('first'), problem('second'));
    expect(state.problems).toHaveLength(1);
    expect(state.problems[0]?.failures[0]?.what).toBe('second');
    const solved: SessionEvent = { kind: 'problem-solved', at: 3, save: 0, key: 'definition' };
    expect(reduce(state, solved).problems).toEqual([]);
  });

  it('follows services until they are gone', () => {
    const running: SessionEvent = {
      kind: 'service-state',
      at: 2,
      save: 0,
      service: 'db',
      state: 'running',
      health: 'healthy',
      since: 2,
    };
    const state = play(running);
    expect(state.services['db']).toEqual({
      service: 'db',
      state: 'running',
      health: 'healthy',
      since: 2,
    });
    expect(reduce(state, { kind: 'service-gone', at: 3, save: 0, service: 'db' }).services).toEqual(
      {},
    );
  });

  it('survives a trip over the wire', () => {
    const state = play(started(1), ended(1, 'failed'));
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

describe('what stands', () => {
  it('lists the diagnostics of last results only', () => {
    expect(currentDiagnostics(play(ended(1, 'failed'), ended(2, 'failed')))).toMatchObject([
      { file: 'api/src/a.ts', line: 2, save: 2, module: 'api', check: 'compile' },
    ]);
    expect(currentDiagnostics(play(ended(1, 'failed'), ended(2, 'passed')))).toEqual([]);
  });

  it('calls a module good, bad or unknown by its wanted checks', () => {
    const condition = (...events: SessionEvent[]) => {
      const [module] = play(...events).modules;
      return module === undefined ? undefined : moduleCondition(module);
    };
    expect(condition()).toBe('unknown');
    expect(condition(ended(1, 'passed'))).toBe('good');
    expect(condition(ended(1, 'failed'))).toBe('bad');
  });
});
