import { describe, expect, it } from 'vitest';
import { standingOf, worstOf } from '../../../src/engine/standing.ts';
import type { ContainerDetail, ContainerSummary } from '../../../src/ports/engine-containers.ts';
import { ENDED, engineWith, OLD, YOUNG } from '../../support/container-pasts.ts';
import { aContainer } from '../../support/containers.ts';

const stateOf = async (one: Partial<ContainerSummary>, past: Partial<ContainerDetail> = {}) =>
  (await standingOf(aContainer('api', one), engineWith(past).engine)).state;

describe('how a container stands', () => {
  it('is not told by the moment alone', async () => {
    expect(await stateOf(YOUNG)).toBe('running');
    expect(await stateOf(YOUNG, { restartCount: 1 })).toBe('running');
    expect(await stateOf(YOUNG, { restartCount: 2 })).toBe('restarting');
    expect(await stateOf(OLD, { restartCount: 9 })).toBe('running');
    expect(await stateOf(ENDED)).toBe('done');
    expect(await stateOf(ENDED, { isRestarted: true })).toBe('exited');
    expect(await stateOf({ ...ENDED, status: 'Exited (1) 2 seconds ago' })).toBe('exited');
    const { engine: unasked } = engineWith({});
    expect(await standingOf(aContainer('api', ENDED), unasked, false)).toEqual({ state: 'exited' });
    const between = { state: 'restarting', health: 'none', status: 'Restarting (3)' } as const;
    const engine = engineWith({ restartCount: 4 }).engine;
    expect(await standingOf(aContainer('api', between), engine)).toEqual({
      state: 'restarting',
      restarts: 4,
    });
  });

  it('is as bad as the worst of a service', () => {
    const one = (id: string, state: 'running' | 'exited' | 'done', health = 'none') =>
      ({ id, state, health }) as const;
    expect(worstOf<ReturnType<typeof one>>([])).toBeUndefined();
    expect(worstOf([one('1', 'running'), one('2', 'exited')])?.id).toBe('2');
    expect(worstOf([one('1', 'done'), one('2', 'running')])?.id).toBe('2');
    const health = [one('1', 'running', 'healthy'), one('2', 'running', 'unhealthy')];
    expect(worstOf([...health, one('3', 'running', 'starting')])?.id).toBe('2');
  });
});
