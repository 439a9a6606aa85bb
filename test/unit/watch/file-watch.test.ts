import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileLooks } from '../../../src/adapters/file-looks.ts';
import { createWatcher } from '../../../src/adapters/watcher.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Watcher, WatchSink } from '../../../src/ports/watcher.ts';
import { createContentIndex } from '../../../src/watch/content-index.ts';
import type { ContentIndex } from '../../../src/watch/content-index.ts';
import { startFileWatch } from '../../../src/watch/file-watch.ts';
import type { FileWatch } from '../../../src/watch/file-watch.ts';
import { waitFor } from '../../support/wait-for.ts';

// Real files, real events.
const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

const looks = createFileLooks();

let root: string;
let watch: FileWatch | undefined;
let changes: (readonly string[])[];
let index: ContentIndex;
let modes: { mode: string; reason?: string }[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'onestack-watch-'));
  changes = [];
  modes = [];
  index = createContentIndex(looks);
  mkdirSync(join(root, 'src'));
  write('src/a.ts', 'one');
  // What is written later has another time.
  const folder = join(root, '.dev');
  const written = (await looks.timeIn(folder)) ?? 0;
  const passes = async () => ((await looks.timeIn(folder)) ?? 0) > written;
  await waitFor('the next step of time', passes, { everyMs: 1 });
});
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

/** All at once: a file that is written in place is empty for a moment, which is another save. */
function put(path: string, text: string): void {
  writeFileSync(`${root}.new`, text);
  renameSync(`${root}.new`, join(root, path));
}

async function start(
  mode: 'auto' | 'events' | 'poll' = 'auto',
  watcher: Watcher = createWatcher(),
): Promise<void> {
  watch = await open(mode, watcher);
}

function open(mode: 'auto' | 'events' | 'poll', watcher = createWatcher()): Promise<FileWatch> {
  return startFileWatch(
    { watcher, looks, clock, index },
    {
      root,
      ignored: (path) => /\/(?:skipped|\.dev)$|\.swp$/.test(path),
      mode,
      quietMs: 30,
      probeFolder: join(root, '.dev'),
      signal: new AbortController().signal,
    },
    {
      onChange: ({ paths }) => changes.push(paths),
      onMode: (how) => modes.push(how),
      onSlowStart: () => undefined,
      onUnwatched: () => undefined,
      onKnown: () => undefined,
    },
  );
}

const told = (): string[] => changes.flat();
const toldOf = (path: string): Promise<boolean> =>
  waitFor(`a change of ${path}`, () => told().includes(path), { everyMs: 10 });

/** A watch gets to know the files that are there in the background. */
const known = (files: number): Promise<boolean> =>
  waitFor('all files to be known', () => index.size === files, { everyMs: 10 });

describe.each(['auto', 'poll'] as const)('watching (%s)', (mode) => {
  it('tells written, new, renamed and removed files', async () => {
    await start(mode);
    expect(modes[0]?.mode).toBe(mode === 'auto' ? 'events' : 'poll');
    write('src/a.ts', 'two');
    await toldOf('src/a.ts');
    write('src/b.ts', 'new');
    await toldOf('src/b.ts');
    renameSync(join(root, 'src/b.ts'), join(root, 'src/c.ts'));
    await Promise.all([toldOf('src/c.ts')]);
    changes = [];
    rmSync(join(root, 'src/a.ts'));
    await toldOf('src/a.ts');
  });

  it('tells an atomic save as a change of the file', async () => {
    await start(mode);
    write('src/.a.ts.swp', 'two');
    renameSync(join(root, 'src/.a.ts.swp'), join(root, 'src/a.ts'));
    await toldOf('src/a.ts');
    expect(told()).toEqual(['src/a.ts']);
  });

  it('tells what is in new folders, also while they fill, and in one made again', async () => {
    await start(mode);
    for (const round of ['first', 'second']) {
      changes = [];
      mkdirSync(join(root, 'new/deep/er'), { recursive: true });
      write('new/1.ts', round);
      write('new/deep/2.ts', round);
      await sleep(20);
      write('new/deep/er/3.ts', round);
      await Promise.all(['new/1.ts', 'new/deep/2.ts', 'new/deep/er/3.ts'].map(toldOf));
      changes = [];
      rmSync(join(root, 'new'), { recursive: true });
      await Promise.all(['new/1.ts', 'new/deep/2.ts', 'new/deep/er/3.ts'].map(toldOf));
    }
  });

  it('starts nothing for a touch, or a save that changes nothing', async () => {
    await start(mode);
    await known(1);
    utimesSync(join(root, 'src/a.ts'), new Date(), new Date());
    write('src/a.ts', 'one');
    write('src/mark.ts', 'x');
    await toldOf('src/mark.ts');
    expect(told()).toEqual(['src/mark.ts']);
  });

  it('does not look into what is ignored', async () => {
    mkdirSync(join(root, 'skipped'));
    await start(mode);
    write('skipped/x.ts', 'x');
    write('src/mark.ts', 'x');
    await toldOf('src/mark.ts');
    expect(told()).toEqual(['src/mark.ts']);
  });
});

describe('a watch by events', () => {
  /** Says what a test says, where real events would come. */
  function silentWatcher(): { readonly watcher: Watcher; touch: (path: string) => void } {
    const sinks: WatchSink[] = [];
    return {
      watcher: {
        start: (_request, sink) => {
          sinks.push(sink);
          return Promise.resolve({
            entries: 1,
            covers: () => true,
            add: () => undefined,
            close: () => Promise.resolve(),
          });
        },
        eventsArrive: () => Promise.resolve(true),
      },
      touch: (path) => {
        for (const sink of sinks) sink.touched(join(root, path));
      },
    };
  }

  it('finds what was dropped in a burst of events of ignored files', async () => {
    const { watcher, touch } = silentWatcher();
    await start('events', watcher);
    await known(1);
    write('src/a.ts', 'two');
    for (let index = 0; index < 3_000; index += 1) touch(`made/${String(index)}.swp`);
    await toldOf('src/a.ts');
  });

  it('tells that a folder took the place of a file', async () => {
    await start('events');
    await known(1);
    rmSync(join(root, 'src/a.ts'));
    mkdirSync(join(root, 'src/a.ts'));
    await toldOf('src/a.ts');
  });

  it('tells a link that is removed', async () => {
    symlinkSync('a.ts', join(root, 'src/link.ts'));
    await start('events');
    await known(2);
    rmSync(join(root, 'src/link.ts'));
    await toldOf('src/link.ts');
  });
});

describe('the index of contents', () => {
  it('takes no save for known that is made while it reads the file', async () => {
    let during: (() => void) | undefined = () => write('src/a.ts', 'two');
    const racing = createFileLooks((path) => {
      during?.();
      during = undefined;
      return readFile(path);
    });
    const known = createContentIndex(racing);
    const path = join(root, 'src/a.ts');
    known.watchedSince((await looks.timeIn(join(root, '.dev'))) ?? 0);
    expect((await known.meet(path)) || (await known.changed(path))).toBe(true);
  });

  it('gives up reading a file that is written all the time', async () => {
    let round = 0;
    const racing = createFileLooks((path) => {
      round += 1;
      write('src/a.ts', 'x'.repeat(round));
      return readFile(path);
    });
    const look = await racing.look(join(root, 'src/a.ts'), {});
    expect(look).toMatchObject({ kind: 'file', digest: undefined });
  });

  it('tells the end of a file that a new watch has not met yet', async () => {
    index.watchedSince(Date.now());
    index.complete();
    index.watchedSince(Date.now());
    rmSync(join(root, 'src/a.ts'));
    expect(await index.changed(join(root, 'src/a.ts'))).toBe(true);
  });
});

describe.each(['events', 'poll'] as const)(
  'a watch that takes over from another one (%s)',
  (mode) => {
    it('misses nothing, and tells every save once', async () => {
      await start(mode);
      put('src/mark.ts', 'x');
      await toldOf('src/mark.ts');
      const paths = [];
      for (let round = 0; round < 20; round += 1) {
        const path = `src/${String(round)}.ts`;
        paths.push(path);
        put(path, 'new');
        const before = watch;
        const opening = open(mode);
        write('src/a.ts', `round ${String(round)}`);
        watch = await opening;
        await sleep(round % 5);
        await before?.close();
      }
      put('src/last.ts', 'x');
      await Promise.all([...paths, 'src/a.ts', 'src/last.ts'].map(toldOf));
      expect(
        told()
          .filter((path) => path !== 'src/a.ts')
          .sort(),
      ).toEqual([...paths, 'src/last.ts', 'src/mark.ts'].sort());
    });

    it('tells what changed, came and went while nobody watched', async () => {
      write('src/gone.ts', 'x');
      await start(mode);
      await known(2);
      await watch?.close();
      write('src/a.ts', 'two');
      write('src/new.ts', 'x');
      rmSync(join(root, 'src/gone.ts'));
      await start(mode);
      await Promise.all(['src/a.ts', 'src/gone.ts'].map(toldOf));
      expect(index.size).toBe(2);
    });
  },
);

describe('time, which files have in steps', () => {
  it('hides no file that is written the moment that the watch begins', async () => {
    for (let round = 0; round < 20; round += 1) {
      index = createContentIndex(looks);
      watch = await open('events');
      write(`src/${String(round)}.ts`, 'x');
      await toldOf(`src/${String(round)}.ts`);
      await watch.close();
    }
  });

  it('hides no change of the same length in the same step', async () => {
    const path = join(root, 'src/a.ts');
    for (let round = 0; round < 200; round += 1) {
      write('src/a.ts', String(1000 + round));
      expect(await index.changed(path)).toBe(true);
      expect(await index.changed(path)).toBe(false);
    }
  });
});

describe('a burst', () => {
  it('of many files in many folders loses none', async () => {
    await start();
    const names = Array.from({ length: 1_500 }, (_, index) => `burst/d${index % 60}/f${index}.ts`);
    for (let folder = 0; folder < 60; folder += 1) {
      mkdirSync(join(root, `burst/d${folder}`), { recursive: true });
    }
    for (const name of names) write(name, name);
    await waitFor('all of the burst', () => new Set(told()).size >= names.length);
    expect(new Set(told())).toEqual(new Set(names));
    expect(changes.length).toBeLessThan(60);
  });
});

describe('when events do not come', () => {
  it('polls, and says why', async () => {
    const deaf: Watcher = { ...createWatcher(), eventsArrive: () => Promise.resolve(false) };
    await start('auto', deaf);
    expect(modes).toEqual([
      { mode: 'poll', reason: 'the file system sends no events here', entries: 1 },
    ]);
    write('src/a.ts', 'two');
    await toldOf('src/a.ts');
  });

  it('polls when the system’s limit of watches is reached, and says how to raise it', async () => {
    const real = createWatcher();
    const limited: Watcher = {
      ...real,
      start: (request, sink) => {
        sink.failed({ kind: 'limit', message: 'raise fs.inotify.max_user_watches' });
        return real.start(request, sink);
      },
    };
    await start('events', limited);
    expect(modes[0]).toMatchObject({ mode: 'poll', reason: 'raise fs.inotify.max_user_watches' });
    write('src/a.ts', 'two');
    await toldOf('src/a.ts');
  });
});
