import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../../src/adapters/files.ts';
import { hostLocks } from '../../../../src/adapters/locks.ts';
import { openArtifactStore } from '../../../../src/adapters/store/artifact-store.ts';
import type { ArtifactStore, StoredArtifact } from '../../../../src/ports/artifact-store.ts';
import { value } from '../../../support/images.ts';

let root = '';
let store: ArtifactStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'store-'));
  store = openArtifactStore(join(root, 'store'), { files: hostFiles, locks: hostLocks });
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder of files with everything that differs from machine to machine. */
function aFolder(name: string, reversed = false): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'dist/deep'), { recursive: true });
  const names = ['b.js', 'a.js', 'ä.js', 'deep/x'];
  for (const one of reversed ? names.reverse() : names) {
    writeFileSync(join(folder, 'dist', one), one, { mode: reversed ? 0o600 : 0o644 });
    utimesSync(join(folder, 'dist', one), 1, reversed ? 5 : 9);
  }
  chmodSync(join(folder, 'dist/a.js'), reversed ? 0o700 : 0o755);
  symlinkSync('a.js', join(folder, 'dist/link'));
  return folder;
}

const pack = async (folder: string, paths = ['dist']) =>
  store.pack([{ folder, paths, at: 'app/api' }], { mtimeSeconds: 1_700_000_000 });

function anArtifact(overrides: Partial<StoredArtifact> = {}): StoredArtifact {
  return {
    ...{ key: 'k1', kind: 'artifact', name: 'api', commit: 'abc', madeAtMs: 1000, tookMs: 5 },
    blob: { digest: '0'.repeat(64), sizeBytes: 0 },
    ...overrides,
  };
}

describe('an archive', () => {
  it('has the same bytes wherever, whenever and by whomever its files were made', async () => {
    const [one, other] = [await pack(aFolder('one')), await pack(aFolder('other', true))];
    expect(value(one)).toEqual(value(other));
  });

  it('is a plain tar, with nobody’s name and nothing of the machine', async () => {
    const { digest } = value(await pack(aFolder('one')));
    const listed = execFileSync('tar', ['-tvf', join(store.blobDirectory, digest)], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    });
    expect(listed.replaceAll(/ +/g, ' ')).toMatchInlineSnapshot(`
      "drwxr-xr-x 0/0 0 2023-11-14 22:13 app
      drwxr-xr-x 0/0 0 2023-11-14 22:13 app/api
      drwxr-xr-x 0/0 0 2023-11-14 22:13 app/api/dist
      -rwxr-xr-x 0/0 4 2023-11-14 22:13 app/api/dist/a.js
      -rw-r--r-- 0/0 4 2023-11-14 22:13 app/api/dist/b.js
      drwxr-xr-x 0/0 0 2023-11-14 22:13 app/api/dist/deep
      -rw-r--r-- 0/0 6 2023-11-14 22:13 app/api/dist/deep/x
      lrwxrwxrwx 0/0 0 2023-11-14 22:13 app/api/dist/link -> a.js
      -rw-r--r-- 0/0 5 2023-11-14 22:13 app/api/dist/ä.js
      "
    `);
  });

  it('holds paths longer than tar’s own 255 bytes', async () => {
    const folder = join(root, 'long');
    const deep = Array.from({ length: 12 }, () => 'x'.repeat(40)).join('/');
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, deep, 'file'), 'content');
    const { digest } = value(await pack(folder, ['.']));
    const out = join(root, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-xf', join(store.blobDirectory, digest), '-C', out]);
    expect(hostFiles.read(join(out, 'app/api', deep, 'file'))).toEqual({
      ok: true,
      value: 'content',
    });
  });

  it('reads nothing outside of its folder, whatever links say', async () => {
    const folder = join(root, 'evil');
    mkdirSync(folder);
    symlinkSync('/etc', join(folder, 'out'));
    const refused = await pack(folder, ['out/passwd']);
    expect(refused).toMatchObject({
      ok: false,
      failure: { why: expect.stringContaining('leads out') as unknown },
    });
    expect(await pack(folder, ['../one'])).toMatchObject({ ok: false });
    // The link itself is a link in the archive, with nothing of what it names.
    const { sizeBytes } = value(await pack(folder, ['out']));
    expect(sizeBytes).toBeLessThan(4096);
  });

  it('refuses what is no file, and leaves nothing behind', async () => {
    const folder = join(root, 'pipes');
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await pack(folder, ['pipe'])).toMatchObject({ ok: false });
    expect(await pack(folder, ['not-there'])).toMatchObject({ ok: false });
    expect(readdirSync(join(root, 'store/blobs'))).toEqual(['sha256']);
  });
});

describe('a secret that must not be packed', () => {
  it.each([
    ['contents', 'kept', 'token=sesame-open'],
    ['the name of a file', 'sesame-open.txt', 'nothing'],
  ])('is found in %s, and nothing of it is kept', async (_where, name, text) => {
    const folder = aFolder('stage');
    writeFileSync(join(folder, 'dist', name), text);
    const sources = [{ folder, paths: ['dist'], at: 'app' }];
    const options = { mtimeSeconds: 0, secrets: ['sesame-open'] };
    expect(await store.pack(sources, options)).toMatchObject({
      ok: false,
      failure: { reason: 'check', detail: [`app/dist/${name}`] },
    });
    expect(readdirSync(join(root, 'store/blobs'))).toEqual(['sha256']);
    expect(readdirSync(join(root, 'store/blobs/sha256'))).toEqual([]);
  });

  it('is found in where a link leads', async () => {
    const folder = aFolder('linked');
    symlinkSync('/nowhere/sesame-open', join(folder, 'dist/way'));
    const sources = [{ folder, paths: ['dist'], at: 'app' }];
    const packed = await store.pack(sources, { mtimeSeconds: 0, secrets: ['sesame-open'] });
    expect(packed.ok).toBe(false);
    expect((await store.pack(sources, { mtimeSeconds: 0, secrets: ['other'] })).ok).toBe(true);
  });
});

describe('the store', () => {
  it('is empty before anything was kept', () => {
    expect(value(store.read()).size).toBe(0);
  });

  it('keeps what several save at once, and the newest of a key', async () => {
    const blob = value(await store.write('log'));
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(keys.map(async (key) => store.save(anArtifact({ key, blob }))));
    const newest = anArtifact({ key: 'a', blob, madeAtMs: 2000, commit: 'def' });
    await store.save(newest);
    const all = value(store.read());
    expect([...all.keys()].sort()).toEqual(keys);
    expect(all.get('a')).toEqual(newest);
  });

  it('keeps the newest of what is installed, and all else', async () => {
    const blobs = () => readdirSync(store.blobDirectory).length;
    const save = async (kind: StoredArtifact['kind'], name: string, at: number) => {
      const blob = value(await store.write(`${kind} ${name} ${String(at)}`));
      const saved = anArtifact({ key: `${kind}-${name}-${String(at)}`, kind, name, blob });
      value(await store.save(saved));
    };
    for (const at of [1, 2, 3]) await save('installed', 'api', at);
    await save('artifact', 'api', 1);
    await save('installed', 'web', 1);
    const before = blobs();
    await save('installed', 'api', 4);
    const keys = [...value(store.read()).keys()];
    expect(keys).not.toContain('installed-api-1');
    for (const key of ['installed-api-2', 'installed-api-4', 'artifact-api-1', 'installed-web-1']) {
      expect(keys).toContain(key);
    }
    // A manifest and its contents came, another pair went.
    expect(blobs()).toBe(before);
    for (const at of [2, 3, 4, 5]) await save('artifact', 'api', at);
    expect([...value(store.read()).keys()]).toContain('artifact-api-1');
  });

  it('packs more files than are read at once, and files larger than are held', async () => {
    const folder = join(root, 'many');
    mkdirSync(join(folder, 'dist'), { recursive: true });
    const names = Array.from({ length: 300 }, (_, at) => `f${String(at)}`);
    for (const name of names) writeFileSync(join(folder, 'dist', name), name.repeat(50));
    writeFileSync(join(folder, 'dist/large'), Buffer.alloc(20 * 1024 * 1024, 'x'));
    writeFileSync(join(folder, 'dist/empty'), '');
    const blob = value(await pack(folder));
    const seen = new Map<string, number>();
    value(await store.look(blob, ({ name, bytes }) => seen.set(name, bytes.length)));
    expect(seen.get('app/api/dist/large')).toBe(20 * 1024 * 1024);
    expect(seen.get('app/api/dist/empty')).toBe(0);
    for (const name of names) expect(seen.get(`app/api/dist/${name}`)).toBe(name.length * 50);
  });

  it('does not know what has lost its contents, and finds what was altered', async () => {
    const blob = value(await store.write('log'));
    await store.save(anArtifact({ blob }));
    expect(await store.verify(blob)).toMatchObject({ ok: true });
    appendFileSync(join(store.blobDirectory, blob.digest), 'x');
    expect(await store.verify(blob)).toMatchObject({ ok: false, failure: { reason: 'files' } });
    rmSync(join(store.blobDirectory, blob.digest));
    expect(value(store.read()).size).toBe(0);
  });

  it('finds what was altered in its index and its manifests, and says what helps', async () => {
    const [blob, other] = [value(await store.write('good')), value(await store.write('bad'))];
    const artifact = anArtifact({ blob });
    await store.save(artifact);
    expect(await store.verifyArtifact(artifact)).toMatchObject({ ok: true });
    const path = join(root, 'store/index.json');
    const text = readFileSync(path, 'utf8');
    const edits = [
      [blob.digest, other.digest],
      ['"dev.onestack.key": "k1"', '"dev.onestack.key": "k2"'],
      ['"abc"', '"def"'],
    ] as const;
    for (const [from, to] of edits) {
      expect(text).toContain(from);
      writeFileSync(path, text.replace(from, to));
      expect(store.read()).toMatchObject({
        failure: { what: `${path} is not what was stored`, cure: expect.any(String) as unknown },
      });
      // Nor is anything added to it, which would make it look whole.
      expect(await store.save(anArtifact({ key: 'k3', blob }))).toMatchObject({ ok: false });
    }
    writeFileSync(path, text);
    const [{ digest }] = (JSON.parse(text) as { manifests: [{ digest: string }] }).manifests;
    appendFileSync(join(store.blobDirectory, digest.slice(7)), ' ');
    expect(await store.verifyArtifact(artifact)).toMatchObject({
      failure: { what: expect.stringContaining(digest.slice(7)) as unknown },
    });
  });

  it('begins anew when its index is broken, and passes over what is not its own', async () => {
    const blob = value(await store.write('log'));
    writeFileSync(join(root, 'store/index.json'), '{"manifests":[{"annotations":3},null,"x",{}]}');
    expect(value(store.read()).size).toBe(0);
    writeFileSync(join(root, 'store/index.json'), '{ not json');
    await store.save(anArtifact({ blob }));
    expect(value(store.read()).size).toBe(1);
  });
});
