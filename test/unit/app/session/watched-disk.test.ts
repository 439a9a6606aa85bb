import { expect, it } from 'vitest';
import { isSeen } from '../../../../src/app/session/watched-disk.ts';
import { createIgnoreRules } from '../../../../src/watch/ignore-rules.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

it('knows which files of a definition a watch on the folders does not see', () => {
  const files = new MemoryFiles({ '/p/own.env': 'A=1', '/p/real/x.env': 'A=1', '/p/link.env': '' });
  files.link('/p/link.env', 'own.env');
  files.link('/p/current', 'real');
  files.link('/p/later.env', 'elsewhere/later.env');
  files.link('/p/release', 'releases/2');
  const rules = createIgnoreRules({ read: () => undefined, modules: [] });
  const seen = (path: string): boolean => isSeen(path, rules, { root: '/p', files });
  expect(seen('/p/own.env')).toBe(true);
  expect(seen('/p/conf/not-there.env')).toBe(true);
  expect(seen('/elsewhere/x.env')).toBe(false);
  expect(seen('/p/link.env')).toBe(false);
  expect(seen('/p/current/x.env')).toBe(false);
  expect(seen('/p/later.env')).toBe(false);
  expect(seen('/p/release/x.env')).toBe(false);
});
