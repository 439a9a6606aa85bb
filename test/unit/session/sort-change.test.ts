import { describe, expect, it } from 'vitest';
import { forEachCheck } from '../../../src/model/checks.ts';
import type { ModuleSettings } from '../../../src/model/settings.ts';
import { sortChange } from '../../../src/session/sort-change.ts';
import { createWatchScope } from '../../../src/watch/watch-scope.ts';

const scope = createWatchScope([
  { name: 'api', path: 'api', lockfiles: ['api/package-lock.json'] },
  { name: 'web', path: 'web', lockfiles: [] },
]);
const ON = { run: true, watch: true, checks: forEachCheck(() => true) };

function sorted(
  paths: readonly string[],
  modules: Readonly<Record<string, ModuleSettings>> = {},
  enabled = true,
) {
  const watch = { enabled, mode: 'auto', quietMs: 50 } as const;
  return sortChange(
    { paths, comeOrGone: new Set(), firstAt: 0, lastAt: 0, topics: (path) => scope.topics(path) },
    { watch, modules: new Map(Object.entries(modules)) },
  );
}

describe('sortChange', () => {
  it('gives modules their files, and the rest to whom it concerns', () => {
    expect(
      sorted(['api/a.ts', 'web/b.ts', 'api/c.ts', 'dev.yaml', '.gitignore', 'README.md']),
    ).toEqual({
      modules: new Map([
        ['api', ['api/a.ts', 'api/c.ts']],
        ['web', ['web/b.ts']],
      ]),
      unwatched: new Set(),
      lockfiles: [],
      definitions: ['dev.yaml'],
      ignoreFiles: ['.gitignore'],
    });
  });

  it('takes a lockfile as one, and as a file of its module', () => {
    const { lockfiles, modules } = sorted(['api/package-lock.json']);
    expect(lockfiles).toEqual([{ module: 'api', path: 'api/package-lock.json' }]);
    expect([...modules.keys()]).toEqual(['api']);
  });

  it('leaves out modules that are not watched; lockfiles and definitions count all the same', () => {
    const paths = ['api/a.ts', 'api/package-lock.json', 'web/b.ts', 'compose/base.yaml'];
    const some = sorted(paths, { api: { ...ON, watch: false } });
    expect([...some.modules.keys()]).toEqual(['web']);
    expect([...some.unwatched]).toEqual(['api']);
    expect(some.lockfiles).toHaveLength(1);
    const none = sorted(paths, {}, false);
    expect(none.modules.size).toBe(0);
    expect(none.definitions).toEqual(['compose/base.yaml']);
  });
});
