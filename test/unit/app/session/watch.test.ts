import { describe, expect, it } from 'vitest';
import { createWatchKeeper } from '../../../../src/app/session/watch.ts';
import type { Watched } from '../../../../src/app/session/watched.ts';
import type { Watcher, WatchRequest, WatchSink } from '../../../../src/ports/watcher.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { aModule } from '../../../support/modules.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const watched = (...paths: string[]): Watched => ({
  files: [],
  sync: [],
  modules: paths.map((path) => aModule(path)),
  watch: { enabled: true, mode: 'events', quietMs: 10 },
});

/** A keeper over watches that are ready when the test says so. */
function bench(files: Readonly<Record<string, string>> = {}, editsSinceMs?: number) {
  const clock = new VirtualClock();
  const opened: { request: WatchRequest; sink: WatchSink; ready: () => void }[] = [];
  const watcher: Watcher = {
    start: (request, sink) =>
      new Promise((resolve) => {
        const watch = {
          entries: 1,
          covers: () => true,
          add: () => undefined,
          close: () => Promise.resolve(),
        };
        opened.push({ request, sink, ready: () => resolve(watch) });
      }),
    eventsArrive: () => Promise.resolve(true),
  };
  const memory = new MemoryFiles(files);
  const links = (path: string, target: string): void => {
    memory.put(`${target}/y.env`, '');
    memory.link(path, target);
  };
  let stamps = 0;
  const told: string[] = [];
  const keeper = createWatchKeeper({
    watcher,
    looks: {
      // Every look finds another content.
      look: () => {
        stamps += 1;
        const stamp = String(stamps);
        return Promise.resolve({ kind: 'file', stamp, digest: stamp, changedAtMs: 500 });
      },
      list: (path) => Promise.resolve(path === '/p' ? [{ name: '.env', kind: 'file' }] : []),
      timeIn: () => Promise.resolve(undefined),
    },
    clock,
    files: memory,
    root: '/p',
    places: { dev: '/p/.dev' },
    ...(editsSinceMs !== undefined && { editsSinceMs }),
    onChange: ({ paths }) => told.push(...paths),
    emit: () => undefined,
  });
  const enters = (index: number, path: string): boolean | undefined => {
    const ignored = opened[index]?.request.ignored(`/p/${path}`, 'directory');
    return ignored === undefined ? undefined : !ignored;
  };
  return { clock, keeper, opened, enters, told, links };
}

describe('the watch of a session', () => {
  it('follows a definition that is read again while the watch before is being opened', async () => {
    const { clock, keeper, opened, enters } = bench();
    keeper.define(watched('api'));
    await clock.advance(0);
    keeper.define(watched('api', 'web'));
    // The same definition, read once more: for an edit of the settings, for instance.
    keeper.define(watched('api', 'web'));
    opened[0]?.ready();
    await clock.advance(0);
    expect(enters(0, 'web')).toBe(false);
    expect(enters(1, 'web')).toBe(true);
  });

  it('follows an ignore file that is edited while the watch before is being opened', async () => {
    const { clock, keeper, opened } = bench();
    keeper.define(watched('api'));
    await clock.advance(0);
    opened[0]?.ready();
    await clock.advance(0);
    keeper.define(watched('api', 'web'));
    await clock.advance(0);
    opened[0]?.sink.touched('/p/.gitignore');
    await clock.advance(20);
    keeper.define(watched('api', 'web'));
    opened[1]?.ready();
    await clock.advance(0);
    expect(opened).toHaveLength(3);
  });

  it('watches the files of a definition that is wrong from the start', async () => {
    const { clock, keeper, opened, enters } = bench();
    keeper.defineNothing();
    await clock.advance(0);
    expect(enters(0, 'compose')).toBe(true);
    expect(enters(0, 'api')).toBe(false);
    opened[0]?.ready();
    keeper.define(watched('api'));
    await clock.advance(0);
    keeper.defineNothing();
    expect(enters(1, 'api')).toBe(true);
    expect(opened).toHaveLength(2);
  });

  it('sees edits of the definition that git and the images do not want', async () => {
    const { clock, keeper, opened, told } = bench({
      '/p/.gitignore': 'dev.settings.yaml\n.env\n*.log\n',
      '/p/.dockerignore': 'compose\nprofiles\n',
    });
    keeper.define(watched('api'));
    await clock.advance(0);
    opened[0]?.ready();
    await clock.advance(0);
    const files = ['.env', 'compose/dev.yaml', 'dev.settings.yaml', 'profiles/dev/motd'];
    for (const path of [...files, 'compose/.dev.yaml.swp', 'api/x.log']) {
      opened[0]?.sink.touched(`/p/${path}`);
    }
    await clock.advance(20);
    expect(told).toEqual(files);
    expect(opened[0]?.request.ignored('/p/compose', 'directory')).toBe(false);
  });

  it.each([
    [400, ['.env']],
    [600, []],
  ])('tells what was edited before it, since %i ms', async (since, edits) => {
    const { clock, keeper, opened, told } = bench({}, since);
    keeper.define(watched('api'));
    await clock.advance(0);
    opened[0]?.ready();
    await clock.advance(1_000);
    expect(told).toEqual(edits);
  });

  it('looks into the folders of the definition’s files, and at those files alone', async () => {
    const { clock, keeper, opened, enters, told } = bench({ '/p/config/app.conf': 'one' });
    keeper.define({ ...watched('api'), files: ['/p/config/app.conf', '/p/infra/deep/more.yaml'] });
    await clock.advance(0);
    opened[0]?.ready();
    await clock.advance(0);
    expect(['config', 'infra', 'infra/deep'].filter((path) => enters(0, path) !== true)).toEqual(
      [],
    );
    for (const path of ['config/app.conf', 'config/other', 'infra/deep/more.yaml']) {
      opened[0]?.sink.touched(`/p/${path}`);
    }
    await clock.advance(20);
    expect(told).toEqual(['config/app.conf', 'infra/deep/more.yaml']);
  });

  it('looks every second at files outside, behind links, and where nothing is watched', async () => {
    const { clock, keeper, opened, told, links } = bench({ '/p/.env': '' });
    links('/p/linked', '/elsewhere');
    const files = ['/outside/x.env', '/p/linked/y.env', '/p/node_modules/z.yaml'];
    keeper.define({ ...watched('api'), files });
    await clock.advance(0);
    opened[0]?.ready();
    await clock.advance(1_100);
    expect([...new Set(told)].sort()).toEqual([
      '../outside/x.env',
      'linked/y.env',
      'node_modules/z.yaml',
    ]);
  });
});
