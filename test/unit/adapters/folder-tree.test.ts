import { mkdirSync, mkdtempSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFolderTree } from '../../../src/adapters/folder-tree.ts';
import type { FolderCalls } from '../../../src/adapters/folder-tree.ts';
import type { WatchFailure } from '../../../src/ports/watcher.ts';
import { waitFor } from '../../support/wait-for.ts';

const refused = (code: string): Error => Object.assign(new Error(code), { code });

/** A tree `api/src`, `web`, `slow` and its watch. */
function bench(calls: (root: string) => Partial<FolderCalls>) {
  const root = mkdtempSync(join(tmpdir(), 'onestack-tree-'));
  const over = new AbortController();
  onTestFinished(() => {
    over.abort();
    rmSync(root, { recursive: true, force: true });
  });
  for (const folder of ['api/src', 'web', 'slow']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const failures: WatchFailure[] = [];
  const touched: string[] = [];
  const entered: string[] = [];
  const tree = createFolderTree(
    { root, ignored: () => false, signal: over.signal },
    {
      touched: (path) => touched.push(path.slice(root.length + 1)),
      folderAdded: () => undefined,
      folderRemoved: () => undefined,
      entering: (folder) => entered.push(folder.slice(root.length + 1)),
      failed: (failure) => failures.push(failure),
    },
    calls(root),
  );
  return { root, tree, over, failures, touched, entered };
}

it('is ready beside links through files, links in a circle, and links to nothing', async () => {
  const { root, tree, failures } = bench(() => ({}));
  writeFileSync(join(root, 'main.js'), '');
  await tree.ready;
  symlinkSync('main.js/x', join(root, 'api/enotdir'));
  symlinkSync('.', join(root, 'api/circle'));
  symlinkSync('none', join(root, 'api/none'));
  const again = createFolderTree(
    { root, ignored: () => false, signal: new AbortController().signal },
    {
      touched: () => undefined,
      folderAdded: () => undefined,
      folderRemoved: () => undefined,
      entering: () => undefined,
      failed: (failure) => failures.push(failure),
    },
  );
  await again.ready;
  expect(again.entries).toBe(5);
  expect(failures).toEqual([]);
  again.close();
});

it('leaves out a folder that does not answer, says so, and watches the rest', async () => {
  const never = new Promise<never>(() => undefined);
  const { root, tree, failures, touched } = bench((folder) => ({
    limitMs: 50,
    folders: (path) =>
      path === join(folder, 'slow')
        ? never
        : Promise.resolve(NAMES[path.slice(folder.length)] ?? []),
  }));
  await tree.ready;
  const message = 'it did not answer for 0 s';
  expect(failures).toEqual([{ kind: 'folder', folder: join(root, 'slow'), message }]);
  writeFileSync(join(root, 'api/src/a.ts'), '');
  await waitFor('the event', () => touched.includes('api/src/a.ts'), { everyMs: 5 });
});

it('ends at once while it is being set up, though a folder does not answer', async () => {
  const { tree, over, entered } = bench(() => ({
    folders: () => new Promise<never>(() => undefined),
  }));
  await waitFor('the first folder', () => entered.length > 0, { everyMs: 5 });
  over.abort();
  await tree.ready;
  expect(tree.entries).toBe(0);
});

it.each([
  ['EACCES', { kind: 'folder', message: 'it may not be read' }],
  ['EPERM', { kind: 'folder', message: 'it may not be read' }],
  ['ENOSPC', { kind: 'limit' }],
  ['EMFILE', { kind: 'limit' }],
])('tells of %s, and watches the rest', async (code, told) => {
  const { tree, failures } = bench((folder) => ({
    watch: (path, listener) => {
      if (path === join(folder, 'web')) throw refused(code);
      return watch(path, (_event, name) => listener(name));
    },
  }));
  await tree.ready;
  expect(failures).toEqual([expect.objectContaining(told)]);
  expect(tree.entries).toBe(4);
});

const NAMES: Readonly<Record<string, readonly string[]>> = {
  '': ['api', 'web', 'slow'],
  '/api': ['src'],
};
