import { expect, it } from 'vitest';
import { lockFreed } from '../../../src/app/project/lock.ts';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import type { Locks } from '../../../src/ports/locks.ts';
import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

it('who only looks waits for who is at work, and says so once', async () => {
  let looks = 0;
  const told: ProgressEvent[] = [];
  const isHeld = (): Promise<boolean> => Promise.resolve((looks += 1) < 4);
  const clock = new VirtualClock(0);
  const freed = lockFreed(
    { lock: '/p/lock' },
    { locks: partly<Locks>({ isHeld }), clock },
    { report: (event) => told.push(event), signal: new AbortController().signal },
  );
  for (let at = 0; at < 4; at += 1) await clock.advance(200);
  await freed;
  expect(looks).toBe(4);
  expect(told).toEqual([
    { kind: 'note', level: 'info', text: 'waiting: another dev is at work here' },
  ]);
});
