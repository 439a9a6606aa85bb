import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureCredentials } from '../../../src/generate/credentials.ts';
import { Secret } from '../../../src/util/secret.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { MADE_UP } from '../../support/places.ts';

const DEV = MADE_UP.state;

function filesWithFolder(): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectory(`${DEV}/secrets`, { mode: 0o700 });
  files.written.length = 0;
  return files;
}

function ensure(
  files: MemoryFiles,
  names: readonly string[],
  own: Readonly<Record<string, string>> = {},
) {
  return ensureCredentials({
    names,
    places: MADE_UP,
    settings: { credentials: new Map(Object.entries(own)) },
    files,
    mode: 0o600,
  });
}

describe('ensureCredentials', () => {
  it('makes a private random value for each, once', () => {
    const files = filesWithFolder();
    expect(ensure(files, ['db-password', 'cache'])).toEqual({
      ok: true,
      value: { made: ['db-password', 'cache'], replaced: [] },
    });
    const first = files.text(`${DEV}/secrets/db-password`);
    expect(first).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(files.text(`${DEV}/secrets/cache`)).not.toBe(first);
    expect(files.mode(`${DEV}/secrets/db-password`)).toBe(0o600);

    files.written.length = 0;
    expect(ensure(files, ['db-password', 'cache'])).toEqual({
      ok: true,
      value: { made: [], replaced: [] },
    });
    expect(files.written).toEqual([]);
    expect(files.text(`${DEV}/secrets/db-password`)).toBe(first);
  });

  it('takes the person’s own value, without its line end, and follows its changes', () => {
    const files = filesWithFolder();
    files.put('/home/ann/secret', 'tiger\n');
    const own = { db: '/home/ann/secret' };
    expect(ensure(files, ['db'], own)).toMatchObject({ value: { made: [], replaced: ['db'] } });
    expect(files.text(`${DEV}/secrets/db`)).toBe('tiger');
    expect(ensure(files, ['db'], own)).toMatchObject({ value: { replaced: [] } });
    files.put('/home/ann/secret', 'lion');
    expect(ensure(files, ['db'], own)).toMatchObject({ value: { replaced: ['db'] } });
    // Without the setting the value stays: databases were made with it.
    expect(ensure(files, ['db'])).toMatchObject({ value: { made: [], replaced: [] } });
    expect(files.text(`${DEV}/secrets/db`)).toBe('lion');
  });

  it('makes a value private again, and one that was emptied anew', () => {
    const files = filesWithFolder();
    files.put(`${DEV}/secrets/open`, 'x', 0o644);
    files.put(`${DEV}/secrets/empty`, '', 0o600);
    expect(ensure(files, ['open', 'empty'])).toMatchObject({ value: { made: ['empty'] } });
    expect(files.mode(`${DEV}/secrets/open`)).toBe(0o600);
    expect(files.text(`${DEV}/secrets/open`)).toBe('x');
  });

  it('tells every problem', () => {
    const files = filesWithFolder();
    files.put('/empty', '\n');
    const result = ensure(files, ['a', 'b', '../c', 'd'], { a: '/missing', b: '/empty' });
    expect(result.ok ? [] : result.failure.map(({ what }) => what)).toEqual([
      'there is no file /missing',
      '/empty is empty',
      '"../c" cannot be the name of a secret',
    ]);
    expect(files.paths()).toContain(`${DEV}/secrets/d`);
  });

  it('says why nothing can be written', () => {
    const files = filesWithFolder();
    files.fault(DEV, 'write', 'ENOSPC');
    expect(ensure(files, ['db'])).toMatchObject({ failure: [{ reason: 'files', why: 'ENOSPC' }] });
  });
});

describe('Secret', () => {
  it('shows itself in no usual way', () => {
    const secret = new Secret('tiger');
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret })].join();
    expect(shown).not.toContain('tiger');
    expect(shown).toContain('[redacted]');
    expect(secret.reveal()).toBe('tiger');
  });
});
