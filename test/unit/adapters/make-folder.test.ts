import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders } from '../../../src/adapters/make-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('makeFolders', () => {
  it('makes all that are missing, with the mode, and leaves those that are there', () => {
    mkdirSync(join(root, 'a'), 0o755);
    makeFolders(join(root, 'a/b/c'), 0o700);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o755);
    expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'a/b/c')).mode & 0o777).toBe(0o700);
    makeFolders(join(root, 'a/b/c'), 0o755);
    expect(statSync(join(root, 'a/b/c')).mode & 0o777).toBe(0o700);
  });

  it('says what cannot be made', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolders(join(root, 'file'))).toThrow(/EEXIST.*\/file'/);
    expect(() => makeFolders(join(root, 'file/below/deep'))).toThrow(/ENOTDIR/);
  });

  // Node's own never ends there (seen with 20.20), as where homes are mounted when somebody asks.
  it.runIf(existsSync('/proc/self'))('ends where no folder can be made', () => {
    expect(() => makeFolders('/proc/onestack/state/answers')).toThrow(/ENOENT.*'\/proc\/onestack'/);
  });
});
