// How soon 100,000 files are watched, and whether a burst of changes is told to the last one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileLooks } from '../src/adapters/file-looks.ts';
import { hostClock } from '../src/adapters/clock.ts';
import { createWatcher } from '../src/adapters/watcher.ts';
import { createContentIndex } from '../src/watch/content-index.ts';
import { startFileWatch } from '../src/watch/file-watch.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { figure } from './measure.ts';

/** Until every file has been met, in the background; a burst before would be told all the same. */
const MEET_MS = 30_000;

export async function* benchWatch(root: string): AsyncGenerator<string> {
  for (let folder = 0; folder < 1_600; folder += 1) {
    const sources = join(root, `src/d${String(folder)}`);
    mkdirSync(sources, { recursive: true });
    for (let file = 0; file < 63; file += 1)
      writeFileSync(join(sources, `f${String(file)}.ts`), `${String(folder * file)}\n`);
  }
  for (let folder = 0; folder < 2_000; folder += 1) {
    const ignored = join(root, `node_modules/d${String(folder)}`);
    mkdirSync(ignored, { recursive: true });
    for (let file = 0; file < 100; file += 1)
      writeFileSync(join(ignored, `f${String(file)}.js`), '');
  }
  const told = new Set<string>();
  const startedAt = performance.now();
  const looks = createFileLooks();
  const watch = await startFileWatch(
    { watcher: createWatcher(), looks, clock: hostClock, index: createContentIndex(looks) },
    {
      root,
      ignored: (path) => /\/(?:node_modules|\.dev)$/.test(path),
      mode: 'auto',
      quietMs: 50,
      probeFolder: join(root, '.dev'),
      signal: new AbortController().signal,
    },
    {
      onChange: ({ paths }) => {
        for (const path of paths) told.add(path);
      },
      onMode: () => undefined,
      onSlowStart: () => undefined,
      onUnwatched: () => undefined,
      onKnown: () => undefined,
    },
  );
  const tookMs = performance.now() - startedAt;
  const started = 'start of watching 100,000 files beside 200,000 ignored';
  yield figure(started, `${tookMs.toFixed(0)} ms`, '≤ 2000 ms');
  await sleep(MEET_MS);
  const burst = Array.from(
    { length: 10_000 },
    (_, index) => `src/d${String(index % 1_600)}/f${String(Math.floor(index / 1_600))}.ts`,
  );
  const burstAt = performance.now();
  for (const path of burst) writeFileSync(join(root, path), 'of the burst\n');
  await waitFor('the burst', () => burst.every((path) => told.has(path)), { everyMs: 10 });
  yield figure(
    'burst of 10,000 changes: all told after',
    `${(performance.now() - burstAt).toFixed(0)} ms`,
    'none lost',
  );
  await watch.close();
}
