import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomicSync } from '../../../src/adapters/write-atomic.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ostest-write-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('writeAtomicSync', () => {
  it('writes the whole text with the mode asked for, and leaves nothing else', () => {
    const path = join(folder, 'a');
    writeAtomicSync(path, 'one', { mode: 0o600 });
    writeAtomicSync(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('keeps a link and replaces what it points to', () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    writeAtomicSync(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  });

  it('leaves the old file whole and no other one behind when it fails', () => {
    const path = join(folder, 'taken');
    mkdirSync(path);
    expect(() => {
      writeAtomicSync(path, 'text');
    }).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});
