import { describe, expect, it } from 'vitest';
import { ensureDevFolder } from '../../../src/generate/dev-folder.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function failure(files: MemoryFiles) {
  const result = ensureDevFolder('/p', files);
  if (result.ok) throw new Error('no failure');
  return result.failure;
}

describe('ensureDevFolder', () => {
  it('makes it private and ignored by git, once', () => {
    const files = new MemoryFiles({ '/p/dev.yaml': '' });
    expect(ensureDevFolder('/p', files)).toEqual({ ok: true, value: '/p/.dev' });
    expect(
      ['', '/certs', '/secrets', '/state', '/logs'].map((part) => files.mode(`/p/.dev${part}`)),
    ).toEqual([0o700, 0o700, 0o700, 0o700, 0o700]);
    expect(files.text('/p/.dev/.gitignore')).toBe('*\n');
    files.written.length = 0;
    expect(ensureDevFolder('/p', files).ok).toBe(true);
    expect(files.written).toEqual([]);
  });

  it('follows a symlink within the project, and none out of it', () => {
    const files = new MemoryFiles({ '/p/hidden/x': '', '/elsewhere/x': '' });
    files.link('/p/.dev', 'hidden');
    expect(ensureDevFolder('/p', files).ok).toBe(true);
    files.link('/p/.dev', '/elsewhere');
    expect(failure(files)).toMatchObject({
      what: '/p/.dev leads out of the project',
      cure: 'Remove it: rm /p/.dev',
    });
    expect(files.list('/elsewhere')).toEqual(['x']);
    files.link('/p/.dev', '/nowhere');
    expect(failure(files).what).toBe('/p/.dev is a symlink to nothing');
  });

  it('tells a file in its place, and a folder that cannot be written', () => {
    const files = new MemoryFiles({ '/p/.dev': 'x' });
    expect(failure(files).what).toBe('/p/.dev is a file, and has to be a folder');
    const closed = new MemoryFiles({ '/p/dev.yaml': '' });
    closed.fault('/p', 'write', 'EACCES');
    expect(failure(closed)).toMatchObject({ reason: 'files', why: 'EACCES' });
  });
});
