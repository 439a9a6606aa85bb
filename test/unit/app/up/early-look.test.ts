import { describe, expect, it } from 'vitest';
import { lookEarly } from '../../../../src/app/up/early-look.ts';
import type { UpRequest } from '../../../../src/app/up/plan-services.ts';
import { claimInstance } from '../../../../src/generate/instance.ts';
import { ok } from '../../../../src/util/result.ts';
import { FakeMachine } from '../../../support/fake-machine.ts';
import { MEMORY_UID, MemoryFiles } from '../../../support/memory-files.ts';

const REQUEST: UpRequest = {
  ...{ project: '/p', context: 'dev', profiles: [], services: [], recreate: 'none' },
  ...{ resetData: 'none', askedBy: 'person', dryRun: false, yes: true },
};

/** A project that was up before, another one that was not, and an engine that takes its time. */
async function known() {
  const files = new MemoryFiles({ '/p/dev.yaml': 'name: shop\n', '/q/dev.yaml': 'name: other\n' });
  const usual = new FakeMachine().world();
  let nowMs = 0;
  const world = {
    files,
    host: { ...usual.host, home: '/home/ann', environment: {}, uid: MEMORY_UID },
    locks: {
      acquire: () => Promise.resolve(ok({ release: () => Promise.resolve() })),
      isHeld: () => Promise.resolve(false),
    },
    clock: { now: () => 7, steady: () => nowMs, sleep: () => Promise.resolve() },
    engineChoice: usual.engineChoice,
  };
  const claimed = await claimInstance('/p', 'shop', { ...world, report: () => undefined });
  expect(claimed).toMatchObject({ ok: true, value: { name: 'shop' } });
  const asked: string[] = [];
  const early = (other: Partial<UpRequest> = {}) =>
    lookEarly({ ...REQUEST, ...other }, world, (instance) => {
      asked.push(instance);
      return new Promise(() => undefined);
    });
  return { early, asked, pass: (ms: number) => void (nowMs += ms) };
}

describe('a look at the engine before the definition is read', () => {
  it('is one for the name that the folder has, as long as it is fresh', async () => {
    const { early, asked, pass } = await known();
    const look = early();
    expect(look.of('shop')).toBeInstanceOf(Promise);
    expect(look.of('store')).toBeUndefined();
    pass(1_000);
    expect(look.of('shop')).toBeUndefined();
    expect(asked).toEqual(['shop']);
  });

  it('is one for the context', async () => {
    const { early } = await known();
    const look = early({ context: 'prod' });
    expect(look.of('shop')).toBeUndefined();
    expect(look.of('shop-prod')).toBeInstanceOf(Promise);
  });

  it.each<[string, Partial<UpRequest>]>([
    ['a dry run, which may foresee an engine', { dryRun: true }],
    ['a folder that was never up', { project: '/q' }],
    ['no project', { project: '/nowhere' }],
  ])('is none for %s', async (_, other) => {
    const { early, asked } = await known();
    expect(early(other).of('shop')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
