import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ostest-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the file system', () => {
  it('says what is in a folder, following no link', () => {
    mkdirSync(join(folder, 'b'));
    writeFileSync(join(folder, 'a'), '');
    symlinkSync('/etc', join(folder, 'c'));
    execFileSync('mkfifo', [join(folder, 'd')]);
    expect(hostFiles.entries(folder)).toEqual([
      { name: 'a', kind: 'file' },
      { name: 'b', kind: 'directory' },
      { name: 'c', kind: 'link' },
      { name: 'd', kind: 'other' },
    ]);
    expect(hostFiles.entries(folder).map(({ name }) => name)).toEqual(hostFiles.list(folder));
    expect(hostFiles.entries(join(folder, 'a'))).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    'removes folders that nobody may write, as Go makes them',
    () => {
      const tree = join(folder, 'go-mod');
      mkdirSync(join(tree, 'a/b'), { recursive: true });
      writeFileSync(join(tree, 'a/b/c'), '');
      symlinkSync('/etc', join(tree, 'a/link'));
      execFileSync('chown', ['--recursive', '4331', folder]);
      execFileSync('chmod', ['--recursive', 'a-w', tree]);
      const before = statSync('/etc').mode;
      try {
        process.seteuid?.(4331);
        expect(hostFiles.confined(folder).remove(tree)).toEqual({ ok: true, value: undefined });
      } finally {
        process.seteuid?.(0);
      }
      expect(existsSync(tree)).toBe(false);
      expect(statSync('/etc').mode).toBe(before);
    },
  );

  it('says why a file cannot be written, and what helps', () => {
    const written = (...path: readonly string[]) =>
      hostFiles.writeAtomic(join(folder, ...path), '');
    const cannot = (path: string) => `cannot write ${join(folder, path)}`;
    expect(written('gone', 'further', 'page.html')).toEqual({
      ok: false,
      failure: {
        reason: 'files',
        what: cannot('gone/further/page.html'),
        why: `there is no folder ${join(folder, 'gone/further')}`,
        cure: `mkdir -p ${join(folder, 'gone/further')}`,
      },
    });
    mkdirSync(join(folder, 'here'));
    writeFileSync(join(folder, 'file'), '');
    expect(written('here')).toMatchObject({ failure: { why: 'it is a folder, not a file' } });
    expect(written('file', 'page.html')).toMatchObject({
      failure: { why: 'a part of the path is a file, not a folder' },
    });
    expect(written('x'.repeat(300))).toMatchObject({ failure: { why: 'the name is too long' } });
  });

  it('has nothing behind links that go round in a circle', () => {
    const path = join(folder, 'one');
    symlinkSync('two', path);
    symlinkSync('one', join(folder, 'two'));
    expect(hostFiles.isDirectory(path)).toBe(false);
    expect(hostFiles.mode(path)).toBeUndefined();
    expect(hostFiles.modifiedMs(path)).toBeUndefined();
    expect(hostFiles.exists(path)).toBe(false);
    expect(hostFiles.read(path)).toMatchObject({
      ok: false,
      failure: { why: 'its symbolic links go round in a circle' },
    });
  });

  it.each([600 * 1024 ** 2, 3 * 1024 ** 3])(
    'says of a file of %i bytes that it is too large',
    (bytes) => {
      const path = join(folder, 'huge');
      // Sparse: it takes no room on the disk.
      writeFileSync(path, '');
      truncateSync(path, bytes);
      expect(hostFiles.read(path)).toMatchObject({
        failure: { why: 'it is too large to be read' },
      });
    },
  );

  it('reads no pipe and no device, through links either, but what a shell hands over', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/zero', join(folder, 'zero'));
    for (const [path, why] of [
      [pipe, 'it is a named pipe, and reading it might never end'],
      [join(folder, 'zero'), 'it is a device, and reading it might never end'],
    ] as const) {
      expect(hostFiles.read(path)).toMatchObject({ ok: false, failure: { why } });
      expect(hostFiles.readBytes(path)).toMatchObject({ ok: false, failure: { why } });
    }
    const source = join(import.meta.dirname, '../../../src/adapters/files.ts');
    const script = `const { hostFiles } = await import(${JSON.stringify(source)});
      console.log(hostFiles.read('/dev/fd/3').value);`;
    const argv = ['bash', '-c', 'exec 3< <(echo handed over); exec "$@"', 'bash'];
    const [program, ...args] = [...argv, process.execPath, '--import', 'tsx', '-e', script];
    const output = execFileSync(program, [...args, '--input-type=module'], { encoding: 'utf8' });
    expect(output).toBe('handed over\n\n');
  });
});
