import { describe, expect, it } from 'vitest';
import { batchOf } from '../../../src/session/sync-batch.ts';
import type { KindOf } from '../../../src/session/sync-batch.ts';
import { createSyncRules } from '../../../src/watch/sync-rules.ts';
import type { SyncRule } from '../../../src/watch/sync-rules.ts';

const RULE: SyncRule = {
  ...{ service: 'web', action: 'sync', path: '/p/src', target: '/app' },
  ...{ ignore: [], include: [], initialSync: false, restartsWith: [] },
};

function batch(
  rules: readonly Partial<SyncRule>[],
  paths: Readonly<Record<string, ReturnType<KindOf>>>,
) {
  const all = createSyncRules(rules.map((rule) => ({ ...RULE, ...rule })));
  const changes = new Map(Object.keys(paths).map((path) => [path, all.matching(path)]));
  return batchOf(changes, (path) => paths[path] ?? 'directory');
}

describe('what a change of files asks of a service', () => {
  it('copies what is there, removes what is gone, and makes room for a folder', () => {
    const { copies, removals, replaced, rebuild } = batch([{}], {
      '/p/src/a.js': 'file',
      '/p/src/b.js': 'gone',
      '/p/src/c': 'directory',
    });
    expect([...copies]).toEqual([['/app/a.js', { from: '/p/src/a.js', within: '/p/src' }]]);
    expect([...removals]).toEqual(['/app/b.js']);
    expect([...replaced]).toEqual(['/app/c']);
    expect(rebuild).toBe(false);
  });

  it('takes a single file out of the folder that it lies in', () => {
    const { copies } = batch([{ path: '/p/src/a.js', target: '/app/b.js' }], {
      '/p/src/a.js': 'file',
    });
    expect([...copies]).toEqual([['/app/b.js', { from: '/p/src/a.js', within: '/p/src' }]]);
  });

  it('removes the topmost folder that is gone, and never the one of the rule', () => {
    const gone = { '/p/src/lib/deep/a.js': 'gone', '/p/src/lib/deep': 'gone' } as const;
    expect([...batch([{}], { ...gone, '/p/src/lib': 'gone' }).removals]).toEqual(['/app/lib']);
    expect([...batch([{}], gone).removals]).toEqual(['/app/lib/deep']);
    const all = batch([{}], { '/p/src/a.js': 'gone', '/p/src': 'gone', '/p': 'gone' });
    expect([...all.removals]).not.toContain('/');
    expect([...all.removals]).toContain('/app/a.js');
  });

  it('restarts the service and those that restart with it; builds once however many ask', () => {
    const restarts = batch([{ action: 'sync+restart', restartsWith: ['worker'] }], {
      '/p/src/a.js': 'file',
    });
    expect([...restarts.restarts]).toEqual(['web', 'worker']);
    expect(restarts.copies.size).toBe(1);
    const built = batch([{ action: 'rebuild' }, {}], { '/p/src/a.js': 'file' });
    expect(built.rebuild).toBe(true);
    expect(built.restarts.size).toBe(0);
  });

  it('runs the command of a rule once, however many files it concerns', () => {
    const paths = { '/p/src/a.js': 'file', '/p/src/b.js': 'file' } as const;
    const exec = { argv: ['true'], privileged: false, environment: {} };
    expect(batch([{ action: 'sync+exec', exec }], paths).execs).toHaveLength(1);
  });
});
