import { expect, it } from 'vitest';
import { createIgnoreRules } from '../../../src/watch/ignore-rules.ts';
import { whyUnwatched } from '../../../src/watch/unwatched-modules.ts';
import type { ModuleFolder } from '../../../src/watch/unwatched-modules.ts';

function why(files: Record<string, string>, given: Partial<ModuleFolder> = {}, ignore = ['']) {
  const rules = createIgnoreRules({
    read: (path) => files[path],
    modules: [{ name: 'api', path: 'services/api', ignore }],
  });
  const folder = { name: 'api', path: 'services/api', state: 'folder' as const, watchedFiles: 0 };
  return whyUnwatched({ ...folder, names: ['main.js', 'node_modules'], ...given }, rules);
}

it.each([
  [{ '.gitignore': 'services\n' }, 'services/ is ignored by .gitignore'],
  [{ 'services/.gitignore': 'api/\n' }, 'services/api/ is ignored by services/.gitignore'],
  [{ 'services/api/.gitignore': '*\n' }, 'everything of api is ignored by services/api/.gitignore'],
])('names the file that takes a module out of the watch', (files, text) => {
  expect(why(files)).toBe(text);
});

it('names the patterns of dev.yaml, a link, and a folder that there is not', () => {
  expect(why({}, {}, ['*'])).toBe('everything of api is ignored by modules.api in dev.yaml');
  expect(why({}, { state: 'link' })).toBe('services/api is a link, and links are not followed');
  expect(why({}, { state: 'missing', names: [] })).toBe('there is no folder services/api');
});

it('says nothing of a module that is watched, or has nothing to be watched yet', () => {
  expect(why({}, { watchedFiles: 1 })).toBeUndefined();
  expect(why({}, { names: [] })).toBeUndefined();
  expect(why({}, { names: ['node_modules'] })).toBeUndefined();
  expect(why({ '.dockerignore': '*\n', 'services/api/.dockerignore': '*\n' })).toBeUndefined();
});
