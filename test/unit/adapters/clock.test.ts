import { expect, it, vi } from 'vitest';
import { hostClock } from '../../../src/adapters/clock.ts';
import { hostTimers } from '../../../src/adapters/timers.ts';

it('waits for longer than the system’s timers can, and not at all less', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const stop = new AbortController();
  let isOver = false;
  const slept = hostClock.sleep(600 * 3_600_000 * 2, stop.signal).then(
    () => (isOver = true),
    () => 'stopped',
  );
  const end = hostTimers.after(2 ** 40, () => (isOver = true));
  await hostClock.sleep(20);
  expect(isOver).toBe(false);
  stop.abort();
  end();
  expect(await slept).toBe('stopped');
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
