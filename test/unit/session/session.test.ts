import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../src/util/result.ts';
import { aModule, sessionBench } from '../../support/session-bench.ts';

const INTERRUPTED = { reason: 'interrupted', what: 'interrupted' } as const;
const WRONG = { reason: 'definition', what: 'modules is no mapping' } as const;

describe('a session that ends', () => {
  it('waits for the apply that it gives up, and starts no checks after it', async () => {
    const install = { run: 'npm ci', lockfiles: ['package-lock.json'] };
    const { clock, session, plans, applies, runs, save } = sessionBench([
      aModule('api', { install: { ...install, directories: ['node_modules'] } }),
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

describe('a session whose definition is wrong from the start', () => {
  it('reads it again when it is edited', async () => {
    const { clock, session, state, loaded, plans, save } = sessionBench([aModule('api')]);
    state.definition = fail([WRONG]);
    expect(await session.start()).toBe(false);
    state.definition = ok(loaded);
    save('dev.yaml');
    await clock.advance(0);
    expect(session.state.modules.map(({ name }) => name)).toEqual(['api']);
    expect(plans).toHaveLength(1);
    plans[0]?.end(ok([]));
    const stopped = session.stop('the test ends');
    await clock.advance(0);
    await stopped;
  });
});
