import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { hostDataFiles } from '../../../src/adapters/data-files.ts';
import type { Bytes } from '../../../src/ports/data-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const TEXT = Buffer.from('SELECT 1;\n'.repeat(50_000));
/** `printf 'SELECT 1;\n' | zstd`, with a checksum. */
const ZSTD = Buffer.from('KLUv/QRYUQAAU0VMRUNUIDE7CuMpsVc=', 'base64');

async function* pieces(...all: readonly Buffer[]): Bytes {
  for (const piece of all) yield await Promise.resolve(piece);
}

async function contentsOf(path: string): Promise<readonly [string, Buffer]> {
  const opened = await hostDataFiles.open(path);
  if (!opened.ok) throw new Error(opened.failure.what);
  const read: Buffer[] = [];
  for await (const piece of opened.value.contents) read.push(piece);
  return [opened.value.format, Buffer.concat(read)];
}

const quiet = { signal: new AbortController().signal, onBytes: () => undefined };

describe('writing data', () => {
  it('makes a file of the person’s alone, and measures what it wrote', async () => {
    const written = await hostDataFiles.write(at('a.gz'), pieces(TEXT, TEXT), {
      ...quiet,
      packing: 'gzip',
    });
    expect(written.ok && written.value).toEqual(
      await hostDataFiles.measure(at('a.gz'), 'gzip').then((one) => one.ok && one.value),
    );
    expect(statSync(at('a.gz')).mode & 0o777).toBe(0o600);
    expect(gunzipSync(readFileSync(at('a.gz'))).equals(Buffer.concat([TEXT, TEXT]))).toBe(true);
  });

  it('writes over nothing', async () => {
    writeFileSync(at('mine'), 'mine');
    const written = await hostDataFiles.write(at('mine'), pieces(TEXT), {
      ...quiet,
      packing: 'none',
    });
    expect(written.ok).toBe(false);
    expect(readFileSync(at('mine'), 'utf8')).toBe('mine');
    writeFileSync(at('new'), 'new');
    expect((await hostDataFiles.settle(at('new'), at('mine'))).ok).toBe(false);
    expect(readFileSync(at('mine'), 'utf8')).toBe('mine');
  });

  it.each(['none', 'gzip'] as const)('leaves nothing when it ends early (%s)', async (packing) => {
    const stop = new AbortController();
    async function* stopping(): Bytes {
      yield await Promise.resolve(TEXT);
      stop.abort();
      yield TEXT;
    }
    const options = { packing, signal: stop.signal, onBytes: () => undefined };
    const cut = await hostDataFiles.write(at('cut'), stopping(), options);
    expect(!cut.ok && cut.failure.reason).toBe('interrupted');
    async function* failing(): Bytes {
      yield await Promise.resolve(TEXT);
      throw new Error('the source broke');
    }
    const broken = await hostDataFiles.write(at('cut'), failing(), { ...quiet, packing });
    expect(!broken.ok && broken.failure.why).toBe('the source broke');
    expect(existsSync(at('cut'))).toBe(false);
  });
});

describe('opening data', () => {
  it('unpacks by the first bytes, whatever the name says', async () => {
    writeFileSync(at('plain.gz'), TEXT);
    writeFileSync(at('packed.sql'), gzipSync(TEXT));
    writeFileSync(at('two.sql'), Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)]));
    writeFileSync(at('zst.sql'), ZSTD);
    writeFileSync(at('archive'), Buffer.concat([Buffer.from('PGDMP'), Buffer.alloc(600)]));
    writeFileSync(at('noise'), Buffer.from([1, 0, 2]));
    expect((await contentsOf(at('plain.gz')))[1].equals(TEXT)).toBe(true);
    expect((await contentsOf(at('packed.sql')))[1].equals(TEXT)).toBe(true);
    expect((await contentsOf(at('two.sql')))[1]).toHaveLength(2 * TEXT.length);
    expect((await contentsOf(at('zst.sql')))[1].toString()).toBe('SELECT 1;\n');
    expect((await contentsOf(at('archive')))[0]).toBe('postgres-archive');
    expect((await contentsOf(at('noise')))[0]).toBe('unknown');
  });

  it.each([
    ['gzip', () => gzipSync(TEXT).subarray(0, -20)],
    ['zstd', () => ZSTD.subarray(0, -6)],
  ])('tells a %s file that ends in the middle', async (name, bytes) => {
    writeFileSync(at(`cut-${name}`), bytes());
    await expect(contentsOf(at(`cut-${name}`))).rejects.toThrow();
  });

  it('refuses what is no file', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    writeFileSync(at('empty'), '');
    for (const path of [folder, at('pipe'), at('empty'), at('nowhere'), '/dev/zero']) {
      const opened = await hostDataFiles.open(path);
      expect(!opened.ok && opened.failure.what, path).toContain('cannot read');
    }
  });
});
