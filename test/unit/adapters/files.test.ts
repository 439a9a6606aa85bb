import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
});
