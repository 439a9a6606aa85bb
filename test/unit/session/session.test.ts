import { describe, expect, it } from 'vitest';
import { forEachCheck } from '../../../src/model/checks.ts';
import type { Session } from '../../../src/session/session.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { aCompiledModule, sessionBench } from '../../support/session-bench.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';

const GONE = { reason: 'check', what: 'the shell went' } as const;
const INTERRUPTED = { reason: 'interrupted', what: 'interrupted' } as const;
const WRONG = { reason: 'definition', what: 'modules is no mapping' } as const;

describe('a session that ends', () => {
  it('waits for the apply that it gives up, and starts no checks after it', async () => {
    const install = { run: 'npm ci', lockfiles: ['package-lock.json'] };
    const { clock, session, plans, applies, runs, save } = sessionBench([
      aCompiledModule('api', { install: { ...install, directories: ['node_modules'] } }),
    ]);
    await session.start();
    save('api/package-lock.json');
    await clock.advance(0);
    plans[0]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    let ended = false;
    const stopped = session.stop('the test ends').then(() => {
      ended = true;
    });
    await clock.advance(5_000);
    expect(applies[0]?.signal?.aborted).toBe(true);
    expect(ended).toBe(false);
    applies[0]?.end(fail([INTERRUPTED]));
    await clock.advance(5_000);
    await stopped;
    expect(runs).toEqual([]);
  });
});

describe('a session that starts', () => {
  it('asks its engine for its name, and goes on where that does not say it', async () => {
    const { session, events } = sessionBench([aCompiledModule('api')]);
    expect(await session.start()).toBe(true);
    expect(session.state.session.engineId).toBeUndefined();
    expect(events.map(({ kind }) => kind)).not.toContain('engine-known');
    await session.stop('the test ends');
    const named = sessionBench([aCompiledModule('api')]);
    named.state.engineId = 'A here';
    await named.session.start();
    await named.clock.advance(0);
    expect(named.session.state.session).toMatchObject({ state: 'running', engineId: 'A here' });
    await named.session.stop('the test ends');
  });
});

describe('a session whose definition is wrong from the start', () => {
  it('reads it again when it is edited', async () => {
    const { clock, session, state, loaded, plans, save } = sessionBench([aCompiledModule('api')]);
    state.definition = fail([WRONG]);
    expect(await session.start()).toBe(false);
    state.definition = ok(loaded);
    save('dev.yaml');
    await clock.advance(0);
    expect(session.state.modules.map(({ name }) => name)).toEqual(['api']);
    expect(plans).toHaveLength(1);
    plans[0]?.end(ok([]));
    await end(session, clock);
  });
});

describe('a definition that is wrong for less time than the watch takes to look', () => {
  it('is read once more, and the problem is solved', async () => {
    const { clock, session, state, loaded, plans, save } = sessionBench([aCompiledModule('api')]);
    await session.start();
    // Read with the edit of another file; by the time that the watch looks, it is as it was.
    state.definition = fail([WRONG]);
    save('dev.settings.yaml');
    await clock.advance(0);
    state.definition = ok(loaded);
    expect(session.state.problems.map(({ key }) => key)).toEqual(['definition']);
    await clock.advance(10_000);
    expect(session.state.problems).toEqual([]);
    expect(plans).toHaveLength(1);
    plans[0]?.end(ok([]));
    await end(session, clock);
  });
});

describe('checks that went with their container', () => {
  it('run in the one that took its place, though that was there before they were given up', async () => {
    const { clock, session, state, runs, save, finish } = sessionBench([aCompiledModule('api')]);
    await session.start();
    save('api/a.ts');
    await clock.advance(0);
    // By the next look one container is gone, and the other one runs.
    state.containers = [aContainer('api', { id: 'id-new' })];
    await session.intend({ kind: 'run-check', modules: [] });
    runs[0]?.end({ kind: 'lost', durationMs: 1, failure: GONE });
    await clock.advance(1_000);
    expect(runs.map(({ request }) => request.place.containerId)).toEqual(['id-api', 'id-new']);
    finish(1);
    await clock.advance(0);
    expect(session.state.modules[0]?.checks[0]?.last?.outcome).toBe('passed');
    await end(session, clock);
  });
});

describe('checks whose container ended and was started again at once', () => {
  it('are run again, though no listing ever showed it ended', async () => {
    const { clock, session, events, runs, save, happen, finish } = sessionBench([
      aCompiledModule('api'),
    ]);
    await session.start();
    save('api/a.ts');
    await clock.advance(0);
    happen('api', 'die');
    runs[0]?.end({ kind: 'lost', durationMs: 1, failure: GONE });
    await clock.advance(1_000);
    expect(events.filter(({ kind }) => kind === 'check-cancelled')).toMatchObject([
      { check: 'compile', reason: 'container' },
    ]);
    expect(runs.map(({ request }) => request.place.deaths)).toEqual([0, 1]);
    finish(1);
    await clock.advance(0);
    expect(session.state.modules[0]?.checks[0]?.last?.outcome).toBe('passed');
    await end(session, clock);
  });

  it('are not run again where only their shell ended: that is their result', async () => {
    const { clock, session, events, runs, save } = sessionBench([aCompiledModule('api')]);
    await session.start();
    save('api/a.ts');
    await clock.advance(0);
    runs[0]?.end({ kind: 'lost', durationMs: 1, failure: GONE });
    await clock.advance(10_000);
    expect(runs).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'check-finished')).toMatchObject([
      { outcome: 'not-run', tail: [GONE.what] },
    ]);
    await end(session, clock);
  });
});

describe('a module whose lockfile changed', () => {
  const install = { run: 'npm ci', lockfiles: ['package-lock.json'], directories: [] };
  const bench = (settings = {}) => sessionBench([aCompiledModule('api', { install })], settings);

  it('waits for its own plan, not for one that was under way', async () => {
    const { clock, session, plans, applies, runs, save } = bench();
    await session.start();
    save('compose/dev.yaml');
    await clock.advance(0);
    plans[0]?.end(ok(['recreate db: compose/dev.yaml changed ports']));
    await clock.advance(0);
    save('api/package-lock.json');
    applies[0]?.end(ok([]));
    await clock.advance(0);
    expect(runs).toEqual([]);
    plans[1]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    applies[1]?.end(ok([]));
    await clock.advance(0);
    expect(runs).toHaveLength(1);
    await end(session, clock);
  });

  it('is not forgotten when another edit takes the place of a plan that nobody answered', async () => {
    const { clock, session, plans, applies, runs, save } = bench({ apply: 'ask' });
    await session.start();
    save('api/package-lock.json');
    await clock.advance(0);
    plans[0]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    await session.intend({ kind: 'reload' });
    await clock.advance(0);
    plans[1]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    expect(session.state.plan?.files).toEqual(['api/package-lock.json']);
    await session.intend({ kind: 'answer-plan', plan: 2, apply: true });
    applies[0]?.end(ok([]));
    await clock.advance(0);
    expect(runs).toHaveLength(1);
    expect(session.state.modules[0]?.installingSince).toBeUndefined();
    await end(session, clock);
  });

  it('is asked for again when what was agreed to would be another plan by now', async () => {
    const { clock, session, plans, applies, save } = bench({ apply: 'ask' });
    await session.start();
    save('compose/dev.yaml');
    await clock.advance(0);
    plans[0]?.end(ok(['recreate db: compose/dev.yaml changed ports']));
    await clock.advance(0);
    await session.intend({ kind: 'answer-plan', plan: 1, apply: true });
    const gone = {
      reason: 'world-changed',
      what: 'another plan',
      detail: ['api is gone'],
    } as const;
    applies[0]?.end(fail([gone]));
    await clock.advance(0);
    expect(session.state.plan).toMatchObject({ plan: 1, state: 'failed', failures: [gone] });
    plans[1]?.end(ok(['create api: no container yet']));
    await clock.advance(0);
    expect(session.state.plan).toMatchObject({
      ...{ plan: 2, state: 'waiting-for-answer', files: ['compose/dev.yaml'], failures: [gone] },
      operations: ['create api: no container yet'],
    });
    await session.intend({ kind: 'answer-plan', plan: 2, apply: true });
    applies[1]?.end(ok([]));
    await clock.advance(0);
    expect(session.state.plan).toMatchObject({ plan: 2, state: 'applied' });
    expect(session.state.plan?.failures).toBeUndefined();
    await end(session, clock);
  });

  it('is checked again when its dependencies come with a later plan', async () => {
    const { clock, session, plans, applies, runs, save, finish } = bench();
    await session.start();
    save('api/package-lock.json');
    await clock.advance(0);
    plans[0]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    applies[0]?.end(fail([{ reason: 'check', what: 'npm ci failed' }]));
    await clock.advance(0);
    finish(0, 'failed');
    save('compose/dev.yaml');
    await clock.advance(0);
    plans[1]?.end(ok(['install api: package-lock.json changed']));
    await clock.advance(0);
    applies[1]?.end(ok([]));
    await clock.advance(0);
    expect(runs).toHaveLength(2);
    await end(session, clock);
  });
});

describe('a file that is saved together with the definition, or while that is read', () => {
  it.each([
    ['together', [['dev.settings.yaml', 'api/a.ts']]],
    ['one after the other', [['dev.settings.yaml'], ['api/a.ts']]],
    ['while two edits are read', [['dev.settings.yaml'], ['dev.yaml'], ['api/a.ts']]],
  ])('is checked if the new definition lets its module be checked: %s', async (_how, edits) => {
    const off = { run: false, watch: true, checks: forEachCheck(() => true) };
    const { clock, session, state, loaded, runs, save } = sessionBench([aCompiledModule('api')], {
      modules: new Map([['api', off]]),
    });
    await session.start();
    const settings = { ...loaded.settings, modules: new Map() };
    state.definition = ok({ ...loaded, settings });
    for (const paths of edits) save(...paths);
    await clock.advance(0);
    expect(runs).toHaveLength(1);
    await end(session, clock);
  });
});

async function end(session: Session, clock: VirtualClock): Promise<void> {
  const stopped = session.stop('the test ends');
  await clock.advance(5_000);
  await stopped;
}
