import { EventEmitter } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCached } from '../../../src/adapters/code-cache.ts';

const root = mkdtempSync(join(tmpdir(), 'ostest-code-cache-'));
const folder = join(root, 'onestack/code');
afterAll(() => rmSync(root, { recursive: true, force: true }));

let starts = 0;

/**
 * A start with these words, up to its end. One process compiles the same text once: each start has
 * the program at another place.
 */
function run(...words: string[]): unknown {
  const caller = Object.assign(new EventEmitter(), {
    argv: ['node', 'main.js', ...words],
    env: { XDG_CACHE_HOME: root },
  });
  starts += 1;
  const file = join(root, `program-${String(starts)}.js`);
  writeFileSync(file, '(function(x){return x+1})\n');
  const value = (loadCached(file, 'program-1', caller) as (x: number) => number)(41);
  caller.emit('exit');
  return value;
}
const kept = (): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

describe('compiled code', () => {
  it('is kept for each command, by what it is made of, for this person alone', () => {
    expect(run('--help')).toBe(42);
    expect(run('up', '--dry-run')).toBe(42);
    expect(kept()).toEqual([]);
    expect(run('--project', 'status', 'up', '--detach')).toBe(42);
    const name = `program-1-up-${process.arch}-${process.version}.bin`;
    expect(kept()).toEqual([name]);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const { mtimeMs } = statSync(join(folder, name));
    expect(run('up')).toBe(42);
    expect(statSync(join(folder, name)).mtimeMs).toBe(mtimeMs);
    expect(run('../../x')).toBe(42);
    expect(kept()).toEqual([name]);
  });

  it.each(['nothing of V8', ''])('is made anew where the file is broken: %j', (text) => {
    const path = join(folder, kept()[0] ?? '');
    writeFileSync(path, text);
    expect(run('up')).toBe(42);
    expect(readFileSync(path, 'latin1')).not.toBe(text);
  });

  it.skipIf(process.getuid?.() !== 0)('is not taken from where others can write', () => {
    const path = join(folder, kept()[0] ?? '');
    for (const open of [() => chmodSync(path, 0o666), () => chownSync(path, 4711, 4711)]) {
      open();
      const { ino } = statSync(path);
      expect(run('up')).toBe(42);
      const now = statSync(path);
      expect(now.ino).not.toBe(ino);
      expect([now.uid, now.mode & 0o777]).toEqual([0, 0o600]);
    }
  });

  it('does not keep anybody from working where it cannot be written', () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in its place');
    expect(run('up')).toBe(42);
  });
});
