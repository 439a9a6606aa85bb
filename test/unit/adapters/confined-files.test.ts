import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinkError, openConfined } from '../../../src/adapters/confined-files.ts';
import { hostFiles } from '../../../src/adapters/files.ts';
import type { Files } from '../../../src/ports/files.ts';

describe('files on the ground of others', () => {
  let base = '';
  let root = '';
  let victim = '';
  let files: Files = hostFiles;
  beforeEach(() => {
    base = mkdtempSync('/tmp/ostest-');
    root = join(base, 'project');
    victim = join(base, 'victim');
    mkdirSync(join(root, 'real'), { recursive: true });
    mkdirSync(victim);
    writeFileSync(join(victim, 'id'), 'key');
    files = hostFiles.confined(root);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const untouched = (): void => {
    expect(readdirSync(victim)).toEqual(['id']);
    expect(readFileSync(join(victim, 'id'), 'utf8')).toBe('key');
  };

  it.each(['id', 'none'])('replace a link in the place of a file, to %s', (name) => {
    const path = join(root, 'real/file');
    symlinkSync(join(victim, name), path);
    expect(files.writeAtomic(path, 'mine', { mode: 0o600 }).ok).toBe(true);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    untouched();
  });

  it('leave the other name of a hard link alone', () => {
    const path = join(root, 'file');
    linkSync(join(victim, 'id'), path);
    expect(files.writeAtomic(path, 'mine').ok).toBe(true);
    untouched();
  });

  it('go through no folder that is a link, wherever it leads', () => {
    for (const target of [victim, join(root, 'real'), '../victim', join(base, 'none')]) {
      const folder = join(root, 'link');
      symlinkSync(target, folder);
      const inside = join(folder, 'deep');
      for (const done of [
        files.writeAtomic(join(folder, 'x'), 'mine'),
        files.makeDirectory(inside),
        files.rename(join(root, 'real'), inside),
        files.remove(join(folder, 'id')),
      ]) {
        expect(done).toMatchObject({ ok: false, failure: { reason: 'files' } });
      }
      expect(files.makeDirectory(inside)).toMatchObject({
        failure: {
          why: `${folder} is a link`,
          cure: 'Put the folder itself there in place of the link',
        },
      });
      untouched();
      expect(readdirSync(join(root, 'real'))).toEqual([]);
      rmSync(folder);
    }
  });

  it('read no file that a link leads to beyond the project, and say so', () => {
    symlinkSync(victim, join(root, 'folder'));
    symlinkSync(join(victim, 'id'), join(root, 'file'));
    for (const path of ['folder/id', 'file']) {
      expect(files.read(join(root, path))).toMatchObject({
        ok: false,
        failure: {
          what: `cannot read ${join(root, path)}`,
          why: expect.stringContaining(victim) as string,
          cure: 'Put the file itself there in place of the link',
        },
      });
    }
    symlinkSync(join(victim, 'none'), join(root, 'nothing'));
    expect(files.read(join(root, 'nothing'))).toEqual({ ok: true, value: undefined });
  });

  it('read what lies inside, through links that stay inside', () => {
    writeFileSync(join(root, 'real/x'), 'own');
    symlinkSync('real', join(root, 'folder'));
    expect(files.read(join(root, 'folder/x'))).toEqual({ ok: true, value: 'own' });
  });

  it('open what is copied elsewhere: a file, a link as itself, and nothing outside', () => {
    writeFileSync(join(root, 'real/x'), 'own');
    const own = openConfined(root, join(root, 'real/x'));
    expect(own).toMatchObject({ kind: 'file', stats: { size: 3 } });
    if (own?.kind === 'file') closeSync(own.descriptor);
    symlinkSync(join(victim, 'id'), join(root, 'real/link'));
    const link = openConfined(root, join(root, 'real/link'));
    expect(link).toMatchObject({ kind: 'link', target: join(victim, 'id') });
    // A folder that has become a link since its files were noticed.
    symlinkSync(victim, join(root, 'swapped'));
    symlinkSync('elsewhere', join(victim, 'link'));
    for (const name of ['id', 'link']) {
      expect(() => openConfined(root, join(root, 'swapped', name))).toThrow(LinkError);
    }
    execFileSync('mkfifo', [join(root, 'real/pipe')]);
    for (const name of ['gone', 'real', 'real/pipe', 'gone/x'])
      expect(openConfined(root, join(root, name))).toBeUndefined();
  });

  it('do not wait for a pipe', () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(files.read(join(root, 'pipe'))).toMatchObject({
      ok: false,
      failure: {
        why: 'it is a named pipe, and reading it might never end',
        cure: 'Put a file in its place',
      },
    });
  });

  it('remove a link and not what it leads to', () => {
    symlinkSync(victim, join(root, 'real/link'));
    expect(files.remove(join(root, 'real')).ok).toBe(true);
    expect(existsSync(join(root, 'real'))).toBe(false);
    untouched();
  });

  it('make folders, keep the mode of what they write, and are as always elsewhere', () => {
    expect(files.makeDirectory(join(root, 'a/b/c'), { mode: 0o700 }).ok).toBe(true);
    expect(lstatSync(join(root, 'a/b')).mode & 0o777).toBe(0o700);
    const path = join(root, 'a/b/c/file');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    expect(files.writeAtomic(path, 'new').ok).toBe(true);
    expect(lstatSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(root, 'a/b/c'))).toEqual(['file']);
    expect(files.read(join(victim, 'id'))).toEqual({ ok: true, value: 'key' });
  });
});
