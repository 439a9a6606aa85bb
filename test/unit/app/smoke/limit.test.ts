import { describe, expect, it } from 'vitest';
import { smokeLimit } from '../../../../src/app/smoke/limit.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const started = (id: string) => ({ kind: 'step-started', id, label: id }) as const;
const finished = (id: string) =>
  ({ kind: 'step-finished', id, label: id, outcome: 'done', durationMs: 1 }) as const;

describe('the time that a smoke test may take', () => {
  it('is counted while it is about the smoke test', async () => {
    const clock = new VirtualClock();
    const limit = smokeLimit(300_000, clock);
    limit.observe(started('start api'));
    await clock.advance(299_999);
    expect(limit.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limit.signal.aborted).toBe(true);
    await limit.end();
  });

  it('stands still while images are made, however many at once', async () => {
    const clock = new VirtualClock();
    const limit = smokeLimit(300_000, clock);
    await clock.advance(100_000);
    limit.observe(started('image:tools'));
    limit.observe(started('service-image:db'));
    await clock.advance(900_000);
    limit.observe(finished('image:tools'));
    await clock.advance(900_000);
    limit.observe(finished('service-image:db'));
    limit.observe(finished('service-image:other'));
    await clock.advance(199_999);
    expect(limit.signal.aborted).toBe(false);
    limit.observe(started('image:tools'));
    await clock.advance(100_000);
    limit.observe(finished('image:tools'));
    expect(limit.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limit.signal.aborted).toBe(true);
    await limit.end();
  });

  it('is over with the smoke test, also while an image is made', async () => {
    const clock = new VirtualClock();
    const limit = smokeLimit(300_000, clock);
    limit.observe(started('image:tools'));
    await limit.end();
    await clock.advance(400_000);
    expect(limit.signal.aborted).toBe(false);
  });
});
