import { describe, expect, it } from 'vitest';
import { brokenOff, refusedProbe, withoutLeftBehind } from '../../../src/plan/left-behind.ts';
import { STEP_LABEL } from '../../../src/ports/compose-cli.ts';
import { aContainer } from '../../support/containers.ts';

const REPLACES = { 'com.docker.compose.replace': 'api-1' };
const interim = aContainer('api', {
  ...{ id: 'new', name: '0123456789ab_shop-api-1', state: 'created', labels: REPLACES },
});

describe('what killed processes left', () => {
  it('is the new container beside the one that it was to replace', () => {
    const old = aContainer('api');
    const { containers, removals } = withoutLeftBehind([interim, old]);
    expect(containers).toEqual([old]);
    expect(removals).toEqual([
      {
        operation: { kind: 'remove', service: 'api', containerId: 'new' },
        cause: 'it was being made anew when that was killed',
      },
    ]);
  });

  it('is kept, to be made anew with its data, where the old one is gone', () => {
    const { containers, removals } = withoutLeftBehind([interim]);
    expect(containers).toEqual([interim]);
    expect(removals).toEqual([]);
    expect(brokenOff(interim)).toContain('made anew');
  });

  it('is a one-off container of a plan’s step, and nobody else’s', () => {
    const own = { [STEP_LABEL]: 'true' };
    const step = aContainer('api', { id: 's', name: 'shop-api-run-1', oneOff: true, labels: own });
    const person = aContainer('api', { id: 'p', name: 'shop-api-run-2', oneOff: true });
    const { containers, removals } = withoutLeftBehind([step, person]);
    expect(containers).toEqual([]);
    expect(removals.map(({ operation }) => operation)).toEqual([
      { kind: 'remove', service: 'api', containerId: 's' },
    ]);
  });

  it('is no container that is called so, or that has long been renamed', () => {
    const named = aContainer('api', { name: '0123456789ab_api', state: 'exited' });
    const renamed = aContainer('db', { labels: REPLACES });
    const all = [named, renamed, aContainer('api', { id: 'other', name: 'api' })];
    expect(withoutLeftBehind(all)).toEqual({ containers: all, removals: [] });
    expect(all.map(brokenOff)).toEqual([undefined, undefined, undefined]);
  });

  it('is a container that runs, and that the engine can run nothing in any more', () => {
    const said = (output: string, exitCode = -1, state: 'running' | 'exited' = 'running') =>
      refusedProbe({ state, healthLog: [{ exitCode, output }] });
    const exec = 'OCI runtime exec failed: exec failed: unable to start container process: ';
    const lost = `${exec}error starting setns process: fork/exec /proc/self/exe: no such file or directory: unknown`;
    expect(said(lost)).toBe(lost);
    expect(said('cannot exec in a stopped state: unknown')).toBeDefined();
    // A check whose program is missing or that fails, or that says such words itself, is no reason.
    expect(said(`${exec}exec: "curl": executable file not found in $PATH`)).toBeUndefined();
    expect(said(lost, 1)).toBeUndefined();
    expect(said(lost, -1, 'exited')).toBeUndefined();
    const sick = aContainer('api', { health: 'unhealthy', probeRefusal: lost });
    expect(brokenOff(sick)).toContain('nothing can be run in it any more');
    expect(brokenOff(aContainer('api', { health: 'unhealthy' }))).toBeUndefined();
  });

  it('is a container that was never started, or is half removed', () => {
    const causes = (['created', 'dead', 'removing'] as const).map((state) =>
      brokenOff(aContainer('api', { state })),
    );
    expect(causes).toEqual([
      'it was made, and never started',
      'it was being removed when that was broken off',
      'it was being removed when that was broken off',
    ]);
  });
});
