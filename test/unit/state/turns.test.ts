import { describe, expect, it } from 'vitest';
import type { CheckOutcome } from '../../../src/model/check-result.ts';
import { EMPTY_STATE } from '../../../src/state/session-state.ts';
import type { CheckState, SessionState } from '../../../src/state/session-state.ts';
import { createTurnFinder } from '../../../src/state/turns.ts';

function stateOf(outcome: CheckOutcome | undefined, running = false): SessionState {
  const check: CheckState = {
    check: 'test',
    enabled: true,
    daemon: false,
    history: [],
    ...(running && { running: { run: 2, save: 2, since: 0 } }),
    ...(outcome !== undefined && {
      last: {
        module: 'api',
        check: 'test',
        run: 1,
        save: 1,
        outcome,
        at: 1,
        durationMs: 1,
        diagnostics: [],
        diagnosticsOmitted: 0,
        tail: [],
      },
    }),
  };
  const module = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks: [check] };
  return { ...EMPTY_STATE, modules: [module] };
}

describe('turns', () => {
  it('are told from good to bad and back, and at no other time', () => {
    const find = createTurnFinder();
    expect(find(stateOf(undefined))).toEqual([]);
    expect(find(stateOf('passed'))).toEqual([]);
    expect(find(stateOf('passed'))).toEqual([]);
    expect(find(stateOf('failed', true))).toEqual([]);
    expect(find(stateOf('failed'))).toEqual([{ module: 'api', to: 'bad' }]);
    expect(find(stateOf('timed-out'))).toEqual([]);
    expect(find(stateOf('passed'))).toEqual([{ module: 'api', to: 'good' }]);
  });
});
