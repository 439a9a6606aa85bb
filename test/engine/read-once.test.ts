import { describe, expect, it } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { sessionEnvironment } from '../../src/app/session/environment.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { Files } from '../../src/ports/files.ts';
import type { World } from '../../src/ports/world.ts';
import type { ProposedPlan } from '../../src/session/environment.ts';
import { claimPlaces } from '../support/places.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';

const DEFINITION = 'name: once\n';
const compose = (greeting: string): string => `services:
  store:
    image: onestack/os
    init: true
    command: [sleep, 1d]
    environment: { GREETING: ${greeting} }
`;

const suite = rigForSuite({
  files: { 'dev.yaml': DEFINITION, 'compose/base.yaml': compose('first') },
});

/** The world with what is read, and what the engine is asked for, counted. */
function counting(world: World) {
  const counts = { reads: 0, listings: 0 };
  const files = (of: Files): Files => ({
    ...of,
    read: (path) => {
      if (path === suite().path('compose/base.yaml')) counts.reads += 1;
      return of.read(path);
    },
    confined: (root) => files(of.confined(root)),
  });
  const engine = async (): Promise<Engine> => {
    const real = await world.engine();
    return {
      ...real,
      networks: (labels) => {
        counts.listings += 1;
        return real.networks(labels);
      },
    };
  };
  return { counts, world: { ...world, files: files(world.files), engine } };
}

const greeting = async (): Promise<string> => {
  const argv = ['docker', 'exec', `${suite().name}-store-1`, 'printenv', 'GREETING'];
  return (await suite().run(argv)).stdout.trim();
};

describe('an edit that the session follows', () => {
  it('is read and merged once, and again only where a file or a variable is another by then', async () => {
    const up = await suite().dev(['up', '--no-watch']);
    expect(up.status, suite().transcript()).toBe(0);
    const { directory, name } = suite();
    const places = await claimPlaces(directory, name);
    const { counts, world } = counting(createWorld(REPOSITORY, 'test'));
    const keeper = sessionEnvironment(directory, places, 'dev', world, () => undefined);
    const { signal } = new AbortController();
    const asked = (): typeof counts => {
      const now = { ...counts };
      Object.assign(counts, { reads: 0, listings: 0 });
      return now;
    };

    suite().write('compose/base.yaml', compose('second'));
    expect((await keeper.load()).ok).toBe(true);
    const { reads } = asked();
    const second = await keeper.plan();
    if (!second.ok) throw new Error(JSON.stringify(second.failure));
    expect(second.value.operations.join('\n')).toContain('GREETING');
    expect(await second.value.follow(signal)).toEqual({ ok: true, value: undefined });
    // Before it is carried out, it is looked whether what runs is still as it was.
    expect(asked()).toEqual({ reads: 0, listings: 2 });
    expect(reads).toBe(1);
    expect(await greeting()).toBe('second');

    const planned = async (): Promise<ProposedPlan> => {
      expect((await keeper.load()).ok).toBe(true);
      const plan = await keeper.plan();
      if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
      return plan.value;
    };
    // Of the same length, at once, and nobody told: what is done is what the file says by then.
    suite().write('compose/base.yaml', compose('third_'));
    const third = await planned();
    suite().write('compose/base.yaml', compose('fourth'));
    asked();
    expect(await third.follow(signal)).toEqual({ ok: true, value: undefined });
    expect(asked().reads).toBeGreaterThan(0);
    expect(await greeting()).toBe('fourth');

    // What was agreed to is not what the file says by then: nothing is done.
    suite().write('compose/base.yaml', compose('fifth'));
    const fifth = await planned();
    suite().write('compose/base.yaml', compose('sixth'));
    expect(await fifth.carryOut(signal)).toMatchObject({
      failure: [{ reason: 'world-changed' }],
    });
    expect(await greeting()).toBe('fourth');

    suite().write('.env', 'WORD=one\n');
    suite().write('compose/base.yaml', compose('"${WORD}"'));
    expect((await keeper.load()).ok).toBe(true);
    suite().write('.env', 'WORD=two\n');
    const seventh = await keeper.plan();
    if (!seventh.ok) throw new Error(JSON.stringify(seventh.failure));
    expect(await seventh.value.follow(signal)).toEqual({ ok: true, value: undefined });
    expect(await greeting()).toBe('two');
  });
});
