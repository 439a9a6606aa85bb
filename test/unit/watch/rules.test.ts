import { describe, expect, it } from 'vitest';
import { inUseOrder } from '../../../src/model/uses.ts';
import { affectedModules } from '../../../src/watch/affected.ts';
import { createIgnoreRules } from '../../../src/watch/ignore-rules.ts';
import { createWatchScope } from '../../../src/watch/watch-scope.ts';

describe('ignore rules', () => {
  const files: Record<string, string> = {
    '.gitignore': 'dist/\n*.log\n/root-only\n',
    'api/.gitignore': '!keep.log\ngenerated\n',
    'api/.dockerignore': '*\n!src\n**/*.test.ts\n',
    '.dockerignore': 'api\n',
  };
  const rules = createIgnoreRules({
    read: (path) => files[path],
    modules: [{ name: 'api', path: 'api', ignore: ['*.tmp', '/coverage'] }],
  });
  const ignored = (path: string): boolean =>
    path.endsWith('/')
      ? rules.ignored(path.slice(0, -1), 'directory')
      : rules.ignored(path, 'file');

  it.each([
    ['node_modules/', 'api/node_modules/', '.git/', '.dev/', 'api/.git/'],
    ['4913', 'api/src/a.ts~', 'api/.a.ts.swp', 'api/.#a.ts', 'api/#a.ts#', 'a___jb_tmp___'],
    ['dist/', 'api/dist/', 'api/x.log', 'root-only', 'api/generated/'],
    ['api/a.tmp', 'api/src/a.tmp', 'api/coverage/'],
  ])('leave out %s …', (...paths) => {
    expect(paths.filter((path) => !ignored(path))).toEqual([]);
  });

  it.each([
    ['api/', 'api/src/', 'api/src/a.ts', 'dev.yaml', '.env', 'dist'],
    ['api/keep.log', 'api/root-only', 'generated', 'a.tmp'],
    ['api/src/coverage/'],
    // What a build does not take, people edit all the same.
    ['api/src/a.test.ts', 'api/README.md', 'api/.dockerignore'],
  ])('leave %s … in', (...paths) => {
    expect(paths.filter(ignored)).toEqual([]);
  });
});

describe('the scope of the watch', () => {
  const scope = createWatchScope([
    { name: 'api', path: 'services/api', lockfiles: ['services/api/package-lock.json'] },
    { name: 'client', path: 'services/api/client', lockfiles: [] },
  ]);

  it('enters folders that hold, are, or lie in modules and definitions', () => {
    const entered = ['', 'services', 'services/api', 'services/api/src', 'compose', 'profiles/dev'];
    expect(entered.filter((path) => !scope.enters(path))).toEqual([]);
    expect(
      ['docs', 'services/web', 'composed', 'serv'].filter((path) => scope.enters(path)),
    ).toEqual([]);
  });

  it('tells what a file is about', () => {
    const topics = (path: string): string =>
      scope
        .topics(path)
        .map((topic) => ('module' in topic ? `${topic.kind} ${topic.module}` : topic.kind))
        .join(', ');
    expect(topics('services/api/src/a.ts')).toBe('module api');
    expect(topics('services/api/client/a.ts')).toBe('module client');
    expect(topics('services/api/package-lock.json')).toBe('lockfile api, module api');
    expect(topics('services/api/.gitignore')).toBe('ignore-file, module api');
    expect(topics('compose/dev.yaml')).toBe('definition');
    expect(topics('.env')).toBe('definition');
    expect(topics('services/api/.env')).toBe('module api');
    expect(topics('README.md')).toBe('none');
  });

  it('knows the lockfile of a workspace as that of all its modules', () => {
    const lockfiles = ['package-lock.json', 'packages/lib/package.json'];
    const workspace = createWatchScope([
      { name: 'lib', path: 'packages/lib', lockfiles },
      { name: 'api', path: 'packages/api', lockfiles },
    ]);
    const both = ['lib', 'api'].map((module) => ({ kind: 'lockfile', module }));
    expect(workspace.topics('package-lock.json')).toEqual(both);
    const own = { kind: 'module', module: 'lib' };
    expect(workspace.topics('packages/lib/package.json')).toEqual([...both, own]);
    expect(workspace.topics('other.json')).toEqual([{ kind: 'none' }]);
  });

  it('takes the whole project for a module at its root', () => {
    const whole = createWatchScope([{ name: 'app', path: '.', lockfiles: ['go.sum'] }]);
    expect(whole.enters('any/where')).toBe(true);
    expect(whole.topics('main.go')).toEqual([{ kind: 'module', module: 'app' }]);
    expect(whole.topics('go.sum')[0]).toEqual({ kind: 'lockfile', module: 'app' });
  });
});

describe('affected modules', () => {
  const modules = [
    { name: 'e2e', uses: ['api', 'web'] },
    { name: 'api', uses: ['common'] },
    { name: 'web', uses: ['common'] },
    { name: 'common', uses: [] },
  ];

  it('are the changed ones and all that depend on them, in order', () => {
    expect(affectedModules(modules, new Set(['common']))).toEqual(['common', 'api', 'web', 'e2e']);
    expect(affectedModules(modules, new Set(['web']))).toEqual(['web', 'e2e']);
    expect(affectedModules(modules, new Set(['gone']))).toEqual([]);
  });

  it('are found in a cycle, too', () => {
    const cycle = [
      { name: 'a', uses: ['b'] },
      { name: 'b', uses: ['a'] },
    ];
    expect(inUseOrder(cycle)).toHaveLength(2);
    expect(affectedModules(cycle, new Set(['b']))).toContain('b');
  });
});
