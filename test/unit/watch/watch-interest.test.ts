import { describe, expect, it } from 'vitest';
import { createIgnoreRules } from '../../../src/watch/ignore-rules.ts';
import { createSyncRules } from '../../../src/watch/sync-rules.ts';
import { createWatchInterest } from '../../../src/watch/watch-interest.ts';
import { createWatchScope } from '../../../src/watch/watch-scope.ts';

const api = { name: 'api', path: 'api', lockfiles: [] };
const files: Readonly<Record<string, string>> = { '.gitignore': 'dist\ndev.settings.yaml\n' };
const sync = createSyncRules([
  {
    ...{ service: 'web', action: 'sync', path: '/p/site/dist', target: '/srv' },
    ...{ ignore: [], include: [], initialSync: false, restartsWith: [] },
  },
]);
const interest = createWatchInterest('/p', {
  scope: createWatchScope([api], ['shared.env']),
  rules: createIgnoreRules({ read: (path) => files[path], modules: [{ ...api, ignore: [] }] }),
  sync,
});
const ignored = (path: string): boolean =>
  path.endsWith('/')
    ? interest.ignored(`/p/${path.slice(0, -1)}`, 'directory')
    : interest.ignored(`/p/${path}`, 'file');

describe('what of a project is of interest', () => {
  it('are modules, the definition whether git has it or not, and what containers are given', () => {
    const wanted = ['api/', 'api/a.ts', 'dev.settings.yaml', 'shared.env', 'compose/db.yaml'];
    const given = ['site/', 'site/dist/', 'site/dist/index.html'];
    expect([...wanted, ...given].filter(ignored)).toEqual([]);
    expect(interest.ignored('/p', 'directory')).toBe(false);
  });

  it('is nothing that is ignored, or that lies beside all of it', () => {
    const others = ['README.md', 'docs/', 'site/a.html', 'api/dist/', 'api/node_modules/'];
    expect(others.filter((path) => !ignored(path))).toEqual([]);
  });

  it('is no module’s where only a container is given it', () => {
    const kinds = (path: string) => interest.topics(path).map(({ kind }) => kind);
    expect(kinds('site/dist/index.html')).toEqual(['none']);
    expect(kinds('api/dist')).toEqual(['none']);
    expect(kinds('api/a.ts')).toEqual(['module']);
    expect(kinds('dev.settings.yaml')).toEqual(['definition']);
    expect(kinds('.gitignore')).toEqual(['ignore-file']);
  });
});
