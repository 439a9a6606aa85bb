import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFileLooks } from '../../../src/adapters/file-looks.ts';
import { createWatcher } from '../../../src/adapters/watcher.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { createContentIndex } from '../../../src/watch/content-index.ts';
import { startFileWatch } from '../../../src/watch/file-watch.ts';
import { waitFor } from '../../support/wait-for.ts';

const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Few names, so that edits meet: files and folders take each other's place, and come again. */
const NAMES = ['a', 'A', 'b.ts', 'B.ts', 'we\\ird', 'sp ace', 'ü', '[x]', 'node_modules'];

const place = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 });
const edit = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('folder' as const), at: place }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('move' as const), at: place, to: place }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('vim' as const, 'emacs' as const, 'jetbrains' as const),
      at: place,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      at: place,
      // Through a file, into a circle, to nothing, up and out.
      target: fc.constantFrom('b.ts/x', '.', '..', 'a', 'none', '/proc', 'we\\ird/x'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pipe' as const), at: place }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

let counter = 0;

/** Undefined also where a file is on the way. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Whether there is a link on the way to the place. */
function leadsElsewhere(root: string, at: readonly string[]): boolean {
  const above = at.slice(0, -1).map((_, index) => join(root, ...at.slice(0, index + 1)));
  return above.some((path) => statOf(path)?.isSymbolicLink() === true);
}

/** Carries an edit out as far as it makes sense where it is asked for. */
function carryOut(root: string, one: Edit): void {
  const path = join(root, ...one.at);
  // Nothing outside is touched, through whatever link.
  const places = [one.at, ...(one.kind === 'move' ? [one.to] : [])];
  if (places.some((at) => leadsElsewhere(root, at))) return;
  const there = statOf(path);
  const isFile = there?.isFile() === true;
  counter += 1;
  const text = `${String(counter)}\n`;
  try {
    switch (one.kind) {
      case 'write':
        // Who opens a pipe waits for the other end.
        if (there !== undefined && !isFile) return;
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        return;
      case 'remove':
        rmSync(path, { recursive: true, force: true });
        return;
      case 'folder':
        // A file, or an old folder, gives way.
        rmSync(path, { recursive: true, force: true });
        mkdirSync(path, { recursive: true });
        writeFileSync(join(path, 'in'), text);
        return;
      case 'move':
        renameSync(path, join(root, ...one.to));
        return;
      case 'vim':
        if (!isFile) return;
        writeFileSync(join(dirname(path), '4913'), '');
        rmSync(join(dirname(path), '4913'));
        renameSync(path, `${path}~`);
        writeFileSync(path, text);
        rmSync(`${path}~`);
        return;
      case 'emacs':
        if (!isFile) return;
        symlinkSync('me@here.1', join(dirname(path), `.#${one.at.at(-1) ?? ''}`));
        writeFileSync(path, text);
        rmSync(join(dirname(path), `.#${one.at.at(-1) ?? ''}`));
        return;
      case 'jetbrains':
        if (!isFile) return;
        writeFileSync(`${path}___jb_tmp___`, text);
        renameSync(path, `${path}___jb_old___`);
        renameSync(`${path}___jb_tmp___`, path);
        rmSync(`${path}___jb_old___`);
        return;
      case 'link':
        symlinkSync(one.target, path);
        return;
      case 'pipe':
        execFileSync('mkfifo', [path], { stdio: 'ignore' });
        return;
    }
  } catch {
    // Where it makes no sense there, nothing is edited.
  }
}

const ignored = (path: string): boolean =>
  /(?:^|\/)(?:node_modules|\.dev|4913|\.#[^/]*|[^/]*~|[^/]*___jb_(?:tmp|old)___)$/.test(path);

/** What a plain look at the directory finds: each file with its contents. */
function listing(root: string, folder = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (ignored(path)) continue;
    if (entry.isDirectory()) for (const one of listing(root, path)) found.set(...one);
    else if (entry.isFile()) found.set(path, readFileSync(join(root, path), 'utf8'));
    else if (entry.isSymbolicLink()) found.set(path, `→ ${readlinkSync(join(root, path))}`);
  }
  return found;
}

function difference(before: Map<string, string>, after: Map<string, string>): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

it('tells what a comparison of the whole directory finds, whatever is edited', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
      async (rounds) => {
        const root = mkdtempSync(join(tmpdir(), 'one\\stack [odd] -'));
        const looks = createFileLooks();
        let told = new Set<string>();
        const index = createContentIndex(looks);
        carryOut(root, { kind: 'write', at: ['a', 'b.ts'] });
        const watch = await startFileWatch(
          { watcher: createWatcher(), looks, clock, index },
          {
            root,
            ignored,
            mode: 'events',
            quietMs: 5,
            probeFolder: join(root, '.dev'),
            signal: new AbortController().signal,
          },
          {
            onChange: ({ paths }) => paths.forEach((path) => told.add(path)),
            onMode: () => undefined,
            onSlowStart: () => undefined,
            onUnwatched: () => undefined,
            onKnown: () => undefined,
          },
        );
        try {
          await waitFor('all files to be known', () => index.size === 1, { everyMs: 1 });
          for (const edits of rounds) {
            told = new Set();
            const before = listing(root);
            for (const one of edits) carryOut(root, one);
            const wanted = difference(before, listing(root));
            await waitFor(
              `changes of ${wanted.join(', ')} after ${JSON.stringify(edits)}`,
              () => {
                const missed = wanted.filter((path) => !told.has(path));
                if (missed.length > 0) throw new Error(`not told: ${missed.join(', ')}`);
                return true;
              },
              { everyMs: 2, timeoutMs: 10_000 },
            );
            expect([...told].filter(ignored)).toEqual([]);
          }
        } finally {
          await watch.close();
          rmSync(root, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: Number(process.env['WATCH_RUNS'] ?? 15), endOnFailure: true },
  );
}, 120_000);
