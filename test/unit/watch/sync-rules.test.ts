import { describe, expect, it } from 'vitest';
import { createSyncRules, type SyncRule } from '../../../src/watch/sync-rules.ts';

function aRule(overrides: Partial<SyncRule> = {}): SyncRule {
  return {
    service: 'web',
    action: 'sync',
    path: '/p/src',
    target: '/app/src',
    ignore: [],
    include: [],
    initialSync: false,
    restartsWith: [],
    ...overrides,
  };
}

const to = (rule: Partial<SyncRule>, path: string): string | undefined =>
  createSyncRules([aRule(rule)]).matching(path)[0]?.to;

describe('rules of develop.watch', () => {
  it('place a file where it lies below the target, and nothing from beside the folder', () => {
    expect(to({}, '/p/src/a/b.js')).toBe('/app/src/a/b.js');
    expect(to({}, '/p/src2/b.js')).toBeUndefined();
    expect(to({}, '/p/srcs')).toBeUndefined();
    expect(to({ target: '/app/' }, '/p/src/a')).toBe('/app/a');
  });

  it('take a single file, also into a folder', () => {
    const path = '/p/package.json';
    expect(to({ path, target: '/app/package.json' }, path)).toBe('/app/package.json');
    expect(to({ path, target: '/app/' }, path)).toBe('/app/package.json');
    expect(to({ path }, '/p/package.json.orig')).toBeUndefined();
  });

  it('leave out what is ignored: by the rule, the build, git and editors', () => {
    const buildIgnore = { folder: '/p', text: '# no\nsrc/gen\n*.log\n' };
    const rule = { ignore: ['node_modules/', '**/*.tmp'], buildIgnore };
    for (const path of [
      'node_modules/x/y.js',
      'deep/a.tmp',
      'gen/a.js',
      '.git/HEAD',
      '.a.js.swp',
      'a.js~',
      '.dev/compose.yaml',
    ]) {
      expect([path, to(rule, `/p/src/${path}`)]).toEqual([path, undefined]);
    }
    // As in .dockerignore a pattern starts at its folder.
    expect(to(rule, '/p/src/deep/node_modules/x')).toBe('/app/src/deep/node_modules/x');
    expect(to(rule, '/p/src/x.log')).toBe('/app/src/x.log');
  });

  it('take of a list of exceptions only what that takes back, and of a bare star all', () => {
    const only = { ignore: ['*', '!keep', 'keep/not'] };
    expect(to(only, '/p/src/any')).toBeUndefined();
    expect(to(only, '/p/src/keep/a')).toBe('/app/src/keep/a');
    expect(to(only, '/p/src/keep/not')).toBeUndefined();
    const build = { buildIgnore: { folder: '/p', text: '*\n!src/keep\n' } };
    expect(to(build, '/p/src/any')).toBeUndefined();
    expect(to(build, '/p/src/keep/a')).toBe('/app/src/keep/a');
    expect(to({ buildIgnore: { folder: '/p', text: '*\n' } }, '/p/src/any')).toBe('/app/src/any');
  });

  it('take only what is included, where something is', () => {
    const rule = { include: ['*.py', 'templates'] };
    expect(to(rule, '/p/src/a.py')).toBe('/app/src/a.py');
    expect(to(rule, '/p/src/templates/a.html')).toBe('/app/src/templates/a.html');
    expect(to(rule, '/p/src/a.html')).toBeUndefined();
  });

  it('are watched with all that leads to them, and nothing that is left out whole', () => {
    const rules = createSyncRules([
      aRule({ path: '/p/deep/down', ignore: ['node_modules', 'gen', '!gen/x'] }),
    ]);
    const wanted = (path: string): boolean => rules.wants(path, 'directory');
    expect(['/p', '/p/deep', '/p/deep/down', '/p/deep/down/a'].map(wanted)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(wanted('/p/other')).toBe(false);
    // Something in it may be taken back in.
    expect(wanted('/p/deep/down/gen')).toBe(true);
    expect(
      createSyncRules([aRule({ ignore: ['node_modules'] })]).wants(
        '/p/src/node_modules',
        'directory',
      ),
    ).toBe(false);
    expect(rules.wants('/p/deep/x.js', 'file')).toBe(false);
  });

  it('may be several for one file, also of several services', () => {
    const rules = createSyncRules([
      aRule(),
      aRule({ service: 'worker', action: 'restart', path: '/p' }),
    ]);
    expect(rules.matching('/p/src/a').map(({ rule }) => rule.service)).toEqual(['web', 'worker']);
    expect(rules.paths).toEqual(['/p/src', '/p']);
  });
});
