import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { appendLedger, readLedger } from '../../../../src/app/release/ledger.ts';
import type { LedgerEntry } from '../../../../src/release/release.ts';
import { value } from '../../../support/images.ts';

const REF = 'refs/onestack/ledger';
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ostest-ledger-'));
  git(['init', '--quiet', '--initial-branch=main']);
  git(['config', 'user.name', 'Änn']);
  git(['config', 'user.email', 'ann@example.com']);
});
afterEach(() => rmSync(root, { recursive: true }));

function git(args: readonly string[], input = ''): string {
  const options = { stdio: 'pipe', encoding: 'utf8', input } as const;
  return execFileSync('git', ['-C', root, ...args], options).trim();
}

const world = () => createWorld(root, '0');
const entry = (version: string, kind: LedgerEntry['kind'] = 'released'): LedgerEntry => ({
  kind,
  at: '2026-01-01T00:00:00.000Z',
  release: {
    ...{ project: 'shop', version, tag: version, commit: 'a'.repeat(40) },
    ...{ committedAt: '2026-01-01T00:00:00.000Z', images: {}, checks: [], documents: {} },
  },
});
const append = async (version: string) => value(await appendLedger(root, entry(version), world()));
const read = () => readLedger(root, world());
const versions = async () => value(await read()).map(({ release: { version } }) => version);
/** What it says when it does not read it. */
async function told(): Promise<string> {
  const { ok, ...rest } = { failure: undefined, ...(await read()) };
  expect(ok).toBe(false);
  return [rest.failure?.what, rest.failure?.why, rest.failure?.cure].join(' | ');
}

/** Writes another text over an object, under the name that it had. */
function alterObject(id: string, alter: (text: string) => string): void {
  const path = join(root, '.git/objects', id.slice(0, 2), id.slice(2));
  chmodSync(path, 0o644);
  const text = inflateSync(readFileSync(path)).toString('utf8');
  const [, body = ''] = /^commit \d+\0([^]*)$/.exec(text) ?? [];
  const bytes = Buffer.from(alter(body));
  writeFileSync(
    path,
    deflateSync(Buffer.concat([Buffer.from(`commit ${String(bytes.length)}\0`), bytes])),
  );
}

describe('the ledger', () => {
  it('has what was appended, in order, by whom; also by several at once', async () => {
    expect(value(await read())).toEqual([]);
    await append('1.0.0');
    await Promise.all(['2.0.0', '3.0.0', '4.0.0'].map(append));
    const events = value(await read());
    expect(events[0]).toMatchObject({ ...entry('1.0.0'), by: 'Änn <ann@example.com>' });
    expect((await versions()).sort()).toEqual(['1.0.0', '2.0.0', '3.0.0', '4.0.0']);
  });

  it('is refused when an entry was altered where it lies, the newest or an old one', async () => {
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await append(version);
    for (const which of [REF, `${REF}~2`]) {
      const id = git(['rev-parse', which]);
      alterObject(id, (text) => text.replace('"project":"shop"', '"project":"evil"'));
      expect(await told()).toMatch(
        new RegExp(
          `^the ledger was altered at ${id.slice(0, 12)} \\| .*hash.* \\| .*git fetch origin ${REF}`,
        ),
      );
      alterObject(id, (text) => text.replace('"project":"evil"', '"project":"shop"'));
      expect(await versions()).toHaveLength(3);
    }
  });

  it('is refused when an object of it cannot be read any more, or is gone', async () => {
    await append('1.0.0');
    await append('2.0.0');
    const id = git(['rev-parse', `${REF}~1`]);
    const path = join(root, '.git/objects', id.slice(0, 2), id.slice(2));
    chmodSync(path, 0o644);
    const bytes = readFileSync(path);
    writeFileSync(path, 'no object');
    expect(await told()).toContain('the ledger was altered');
    rmSync(path);
    expect(await told()).toContain('the ledger was altered');
    writeFileSync(path, bytes);
    expect(await versions()).toEqual(['1.0.0', '2.0.0']);
  });

  it('is refused when it lost what it had, and says how that comes back', async () => {
    await append('1.0.0');
    const first = git(['rev-parse', REF]);
    await append('2.0.0');
    const second = git(['rev-parse', REF]);
    git(['update-ref', REF, first]);
    expect(await told()).toContain(`git update-ref ${REF} ${second} brings it back`);
    // Written anew, as somebody does who has another one in mind.
    const tree = git(['mktree']);
    const message = `released 2.0.0\n\n${JSON.stringify(entry('2.0.1'))}\n`;
    git(['update-ref', REF, git(['commit-tree', tree, '-p', first, '-F', '-'], message)]);
    expect(await told()).toContain('the ledger lacks what it held');
    git(['update-ref', REF, second]);
    expect(await told()).toContain('the ledger lacks what it held');
    git(['reflog', 'expire', '--expire=all', REF]);
    expect(await versions()).toEqual(['1.0.0', '2.0.0']);
    // A clone that has it from elsewhere has another history of its own.
    git(['update-ref', '-d', REF]);
    expect(value(await read())).toEqual([]);
  });

  it('passes over what a later version has written, and not over what is no entry', async () => {
    await append('1.0.0');
    const put = (body: string): void => {
      const id = git(['commit-tree', git(['mktree']), '-p', REF, '-F', '-'], `x\n\n${body}\n`);
      git(['update-ref', REF, id]);
    };
    put('{"kind":"deployed","to":"production"}');
    expect(await versions()).toEqual(['1.0.0']);
    const good = git(['rev-parse', REF]);
    put('{"kind":"released","release":{"version":"6.6.6"}}');
    expect(await told()).toContain('what it says is no entry');
    // Taken away again, by hand: nothing is missed that never was an entry.
    git(['update-ref', REF, good]);
    expect(await versions()).toEqual(['1.0.0']);
  });

  it('is what its hashes name, whatever stands in the place of them', async () => {
    await append('1.0.0');
    const id = git(['rev-parse', REF]);
    const message = `released\n\n${JSON.stringify(entry('6.6.6'))}\n`;
    git(['replace', id, git(['commit-tree', git(['mktree']), '-F', '-'], message)]);
    expect(await versions()).toEqual(['1.0.0']);
  });

  it('is read where a name was never UTF-8', async () => {
    writeFileSync(
      join(root, '.git/config'),
      Buffer.concat([
        readFileSync(join(root, '.git/config')),
        Buffer.from('[user]\n\tname = J\xf6rg\n', 'latin1'),
      ]),
    );
    await append('1.0.0');
    await append('2.0.0');
    expect(await versions()).toEqual(['1.0.0', '2.0.0']);
  });
});
