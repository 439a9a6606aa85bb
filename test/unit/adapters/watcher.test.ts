import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createWatcher } from '../../../src/adapters/watcher.ts';

it('sees that events arrive, though the machine is too busy to look at them in time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onestack-watcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const arrive = createWatcher().eventsArrive(join(folder, 'state'));
  // Longer than is waited for the event.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
  expect(await arrive).toBe(true);
});
