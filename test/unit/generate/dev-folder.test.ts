import { describe, expect, it } from 'vitest';
import { ensureDevFolder } from '../../../src/generate/dev-folder.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function failure(files: MemoryFiles) {
  const result = ensureDevFolder({ root: '/p', dev: '/p/.dev' }, files);
  if (result.ok) throw new Error('no failure');
  return result.failure;
}

describe('ensureDevFolder', () => {
  it('makes it private and ignored by git, once', () => {
    const files = new MemoryFiles({ '/p/dev.yaml': '' });
    expect(ensureDevFolder({ root: '/p', dev: '/p/.dev' }, files).ok).toBe(true);
    expect(['', '/certs'].map((part) => files.mode(`/p/.dev${part}`))).toEqual([0o700, 0o700]);
    expect(files.text('/p/.dev/.gitignore')).toBe('*\n');
    files.written.length = 0;
    expect(ensureDevFolder({ root: '/p', dev: '/p/.dev' }, files).ok).toBe(true);
    expect(files.written).toEqual([]);
  });

  it('sets the mode right of one that came with the repository', () => {
    const files = new MemoryFiles({ '/p/.dev/certs/x': '' });
    expect(files.mode('/p/.dev')).toBe(0o755);
    expect(ensureDevFolder({ root: '/p', dev: '/p/.dev' }, files).ok).toBe(true);
    expect(['', '/certs'].map((part) => files.mode(`/p/.dev${part}`))).toEqual([0o700, 0o700]);
  });

  it.each(['/elsewhere', '/p/hidden', '/nowhere'])('is no link, to %s', (target) => {
    for (const path of ['/p/.dev', '/p/.dev/certs']) {
      const files = new MemoryFiles({ '/p/hidden/x': '', '/elsewhere/x': '' });
      files.link(path, target);
      expect(failure(files)).toMatchObject({
        what: `${path} is a symlink to ${target === '/nowhere' ? 'nothing' : target}`,
        cure: `Remove it: rm ${path}`,
      });
      expect(files.paths()).toEqual(['/elsewhere/x', '/p/hidden/x']);
    }
  });

  it('tells a file in its place, and a folder that cannot be written', () => {
    const files = new MemoryFiles({ '/p/.dev': 'x' });
    expect(failure(files).what).toBe('/p/.dev is a file, and has to be a folder');
    const closed = new MemoryFiles({ '/p/dev.yaml': '' });
    closed.fault('/p', 'write', 'EACCES');
    expect(failure(closed)).toMatchObject({ reason: 'files', why: 'EACCES' });
  });
});
