import { expect, it } from 'vitest';
import { fileLabels } from '../../../../src/app/up/file-fingerprints.ts';
import type { OpenProject } from '../../../../src/model/open-project.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const PASSWORD = '/p/.dev/secrets/db-password';
const TOKEN = '/p/keys/token';
const DOCUMENT = {
  services: {
    db: {
      volumes: [{ type: 'bind', source: '/p/db.conf', target: '/etc/db.conf' }],
      secrets: [{ source: 'db-password' }, { source: 'token' }],
    },
    web: {},
  },
  secrets: { 'db-password': { file: PASSWORD }, token: { file: TOKEN } },
};
// Only these facts are read.
const OPENED = { project: { root: '/p' }, devDirectory: '/p/.dev' } as unknown as OpenProject;

const labelOf = (files: MemoryFiles): string =>
  fileLabels(DOCUMENT, ['db', 'web'], OPENED, files).get('db') ?? '';

it('changes with the contents of a file, and whenever a secret is written', () => {
  const files = new MemoryFiles({ [PASSWORD]: 'hunter2', [TOKEN]: 'hunter3', '/p/db.conf': 'a' });
  const before = labelOf(files);
  expect(before).toMatch(
    /^credential:db-password=[0-9a-z]+ db\.conf=[0-9a-f]{12} keys\/token=[0-9a-z]+$/,
  );
  expect(labelOf(files)).toBe(before);
  files.writeAtomic('/p/db.conf', 'a', { mode: 0o600 });
  expect(labelOf(files)).toBe(before);
  files.writeAtomic('/p/db.conf', 'b', { mode: 0o600 });
  const configured = labelOf(files);
  expect(configured).not.toBe(before);
  files.writeAtomic(PASSWORD, 'hunter2', { mode: 0o600 });
  const renewed = labelOf(files);
  expect(renewed).not.toBe(configured);
  files.writeAtomic(TOKEN, 'hunter3', { mode: 0o600 });
  expect(labelOf(files)).not.toBe(renewed);
});

it('leaves out what there is not', () => {
  expect(labelOf(new MemoryFiles({ [TOKEN]: 'hunter3' }))).toMatch(/^keys\/token=[0-9a-z]+$/);
  expect(fileLabels(DOCUMENT, ['web'], OPENED, new MemoryFiles({})).get('web')).toBe('');
});
