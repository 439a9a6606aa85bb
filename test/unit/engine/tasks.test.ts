import { describe, expect, it } from 'vitest';
import { isLost } from '../../../src/engine/left-behind.ts';
import { tasksOf } from '../../../src/engine/tasks.ts';
import { brokenOff } from '../../../src/plan/broken-off.ts';
import { STEP_LABEL } from '../../../src/ports/compose-cli.ts';
import { aContainer, aTask } from '../../support/containers.ts';

const REPLACES = { 'com.docker.compose.replace': 'api-1' };
const BROKEN_OFF = 'it was being made anew when that was killed';
const interim = aContainer('api', {
  ...{ id: 'new', name: '0123456789ab_shop-api-1', state: 'created', labels: REPLACES },
});

/** Id → why nobody needs it, or why it is no whole one. */
const remains = (...containers: Parameters<typeof tasksOf>[0]) =>
  tasksOf(containers).map(({ id, leftBehind, flaw }) => [id, leftBehind, flaw]);

describe('what killed processes left', () => {
  it('is the new container beside the one that it was to replace', () => {
    expect(remains(interim, aContainer('api'))).toEqual([
      ['new', BROKEN_OFF, undefined],
      ['id-api', undefined, undefined],
    ]);
  });

  it('is kept, to be made anew with its data, where the old one is gone', () => {
    expect(remains(interim)).toEqual([['new', undefined, BROKEN_OFF]]);
    expect(tasksOf([interim]).map(brokenOff)).toEqual([BROKEN_OFF]);
  });

  it('is a one-off container of a plan’s step, and nobody else’s', () => {
    const own = { [STEP_LABEL]: 'true' };
    const step = aContainer('api', { id: 's', name: 'shop-api-run-1', oneOff: true, labels: own });
    const person = aContainer('api', { id: 'p', name: 'shop-api-run-2', oneOff: true });
    expect(remains(step, person)).toEqual([
      ['s', 'shop-api-run-1 was left by a dev that was killed', undefined],
      ['p', undefined, undefined],
    ]);
  });

  it('is no container that is called so, or that has long been renamed', () => {
    const named = aContainer('api', { name: '0123456789ab_api', state: 'exited' });
    const renamed = aContainer('db', { labels: REPLACES });
    const all = [named, renamed, aContainer('api', { id: 'other', name: 'api' })];
    expect(remains(...all).map(([, ...found]) => found)).toEqual(
      all.map(() => [undefined, undefined]),
    );
    expect(tasksOf(all).map(brokenOff)).toEqual([undefined, undefined, undefined]);
  });

  it('is a container that runs, and that the engine can run nothing in any more', () => {
    const said = (output: string, exitCode = -1, state: 'running' | 'exited' = 'running') =>
      isLost({ state, healthLog: [{ exitCode, output }] });
    const exec = 'OCI runtime exec failed: exec failed: unable to start container process: ';
    const lost = `${exec}error starting setns process: fork/exec /proc/self/exe: no such file or directory: unknown`;
    expect(said(lost)).toBe(true);
    expect(said('cannot exec in a stopped state: unknown')).toBe(true);
    // A check whose program is missing or that fails, or that says such words itself, is no reason.
    expect(said(`${exec}exec: "curl": executable file not found in $PATH`)).toBe(false);
    expect(said(lost, 1)).toBe(false);
    expect(said(lost, -1, 'exited')).toBe(false);
  });

  it('is a container that was never started, or is half removed', () => {
    const causes = (['created', 'dead', 'removing'] as const).map((state) =>
      brokenOff(aTask('api', { state })),
    );
    expect(causes).toEqual([
      'it was made, and never started',
      'it was being removed when that was broken off',
      'it was being removed when that was broken off',
    ]);
  });
});

it('a task says how its process ended last, what it was made of and from which file', () => {
  const labels = {
    'dev.onestack.service-hash': 'h1',
    'dev.onestack.files': 'a.conf=1',
    'com.docker.compose.project.config_files': '/a/compose.yaml,/b.yaml',
  };
  const ended = aTask('api', { state: 'exited', status: 'Exited (137) 5 minutes ago', labels });
  expect(ended).toMatchObject({
    exitCode: 137,
    wanted: { hash: 'h1', files: 'a.conf=1' },
    madeFrom: '/a/compose.yaml',
  });
  expect(aTask('api', { labels: {} })).toMatchObject({
    wanted: { hash: undefined, files: '' },
    madeFrom: undefined,
  });
  expect(aTask('api').exitCode).toBeUndefined();
});
