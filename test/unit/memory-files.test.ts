import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../support/memory-files.ts';

describe('MemoryFiles', () => {
  it('follows symlinks of files and folders', () => {
    const files = new MemoryFiles({ '/real/a/f': 'text' });
    files.link('/p/link', '../real/a');
    expect(files.read('/p/link/f')).toEqual({ ok: true, value: 'text' });
    expect(files.realPath('/p/link/f')).toBe('/real/a/f');
    expect(files.realPath('/p/nothing')).toBeUndefined();
    expect(files.list('/p')).toEqual(['link']);
  });

  it('fails where a fault was put, and only there', () => {
    const files = new MemoryFiles({ '/p/.dev/x': '1', '/p/y': '2' });
    files.fault('/p/.dev', 'write', 'ENOSPC');
    expect(files.writeAtomic('/p/.dev/x', '2').ok).toBe(false);
    expect(files.text('/p/.dev/x')).toBe('1');
    expect(files.writeAtomic('/p/y', '3').ok).toBe(true);
    files.heal();
    expect(files.writeAtomic('/p/.dev/x', '2', { mode: 0o600 }).ok).toBe(true);
    expect(files.mode('/p/.dev/x')).toBe(0o600);
  });

  it('renames and removes whole folders', () => {
    const files = new MemoryFiles({ '/a/b/c': '1' });
    expect(files.rename('/a/b', '/a/d').ok).toBe(true);
    expect(files.paths()).toEqual(['/a/d/c']);
    expect(files.remove('/a').ok).toBe(true);
    expect(files.paths()).toEqual([]);
  });

  it('writes only into folders that are there', () => {
    const files = new MemoryFiles();
    expect(files.writeAtomic('/x/y', '').ok).toBe(false);
    expect(files.makeDirectory('/x', { mode: 0o700 }).ok).toBe(true);
    expect(files.writeAtomic('/x/y', '').ok).toBe(true);
    expect(files.makeDirectory('/x/y/z').ok).toBe(false);
  });
});
