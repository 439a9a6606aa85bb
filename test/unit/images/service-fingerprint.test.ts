import { describe, expect, it } from 'vitest';
import {
  contextDigests,
  serviceFingerprint,
  serviceStaleness,
  type ServiceInputs,
} from '../../../src/images/service-fingerprint.ts';
import { scanServiceContext } from '../../../src/images/service-context.ts';
import type { ContextEntry } from '../../../src/images/context.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function entry(path: string, text: string, mode = '644'): ContextEntry {
  return { path, mode, digest: Buffer.from(text).toString('hex').padEnd(64, '0'), bytes: 1 };
}

const BASE: ServiceInputs = {
  dockerfile: 'FROM debian',
  contexts: new Map([['context', [entry('a', '1'), entry('b', '2')]]]),
  build: { context: '/p/web', args: { A: '1' }, target: 'x' },
  platform: undefined,
  bases: new Map([['debian', 'sha256:1']]),
  root: '/p',
};

/** The cause, when an image of `BASE` is compared with other inputs. */
function cause(change: Partial<ServiceInputs>): string | undefined {
  const built = serviceFingerprint(BASE);
  const labels = {
    'dev.onestack.fingerprint': built.value,
    'dev.onestack.inputs': built.inputs,
  };
  const now = { ...BASE, ...change };
  const files = (inputs: ServiceInputs) => contextDigests([...inputs.contexts.values()].flat());
  return serviceStaleness(labels, serviceFingerprint(now), {
    before: files(BASE),
    after: files(now),
  });
}

describe('serviceFingerprint', () => {
  it('tells each input that changed, files by name', () => {
    expect(cause({})).toBeUndefined();
    expect(cause({ dockerfile: 'FROM debian\n' })).toBe('Dockerfile changed');
    expect(cause({ bases: new Map([['debian', 'sha256:2']]) })).toBe('debian changed');
    expect(cause({ build: { ...BASE.build, args: { A: '2' } } })).toBe('args changed');
    expect(cause({ build: { ...BASE.build, target: 'y' } })).toBe('build changed');
    expect(cause({ platform: 'linux/arm64' })).toBe('build changed');
    const context = (...entries: readonly ContextEntry[]) => ({
      contexts: new Map([['context', entries]]),
    });
    expect(cause(context(entry('a', '9'), entry('c', '3')))).toBe('a changed, c is new, b is gone');
    expect(cause(context(entry('a', '1', '755'), entry('b', '2')))).toBe('a changed');
    const many = 'abcdefg'.split('').map((name) => entry(name, '9'));
    const some = cause(context(...many.slice(0, 4)));
    expect(some).toBe('a changed, b changed, c is new, 1 more file changed');
    expect(cause(context(...many))).toBe('a changed, b changed, c is new, 4 more files changed');
    expect(cause({ ...context(entry('a', '9'), entry('b', '2')), dockerfile: 'FROM x' })).toBe(
      'a changed, Dockerfile changed',
    );
  });

  it('is the same in another folder, and whatever only helps to build', () => {
    const { root, ...rest } = BASE;
    expect(root).toBe('/p');
    const moved = { ...rest, root: '/q/r', build: { ...BASE.build, context: '/q/r/web' } };
    expect(serviceFingerprint(moved)).toEqual(serviceFingerprint(BASE));
    const helped = {
      ...BASE.build,
      cache_from: ['x'],
      pull: true,
      no_cache: true,
      ssh: ['default'],
    };
    expect(cause({ build: helped })).toBeUndefined();
    expect(cause({ build: { target: 'x', args: { A: '1' }, context: '/p/web' } })).toBeUndefined();
  });

  it('names no files where nobody remembers them', () => {
    const built = serviceFingerprint(BASE);
    const labels = { 'dev.onestack.fingerprint': built.value, 'dev.onestack.inputs': built.inputs };
    const now = serviceFingerprint({ ...BASE, contexts: new Map([['context', []]]) });
    expect(serviceStaleness(labels, now)).toBe('context changed');
    expect(serviceStaleness({}, now)).toBe('not built from these files');
  });
});

describe('scanServiceContext', () => {
  it('reads contents only of files whose stamp is another one, or too new to be trusted', () => {
    const files = new MemoryFiles({ '/c/a': '1', '/c/sub/b': '2', '/c/left/out': '3' });
    files.link('/c/link', '/usr/share/zoneinfo/UTC');
    const context = { name: 'context', folder: '/c', ignore: 'left', withheld: [] };
    const scan = (known: object, nowMs: number) => {
      const result = scanServiceContext(context, { ...known }, { nowMs }, files);
      if (!result.ok) throw new Error(result.failure.what);
      return result.value;
    };
    const first = scan({}, 1_000_000);
    expect(first.entries.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '644 a',
      'link link',
      'dir 755 sub',
      '644 sub/b',
    ]);
    expect(first.learned).toBe(true);
    files.fault('/c/a', 'read', 'EIO');
    files.fault('/c/sub/b', 'read', 'EIO');
    const second = scan(first.cache, 1_000_000);
    expect(second.entries).toEqual(first.entries);
    expect(second.learned).toBe(false);
    files.heal();
    files.put('/c/a', '9');
    const third = scan(first.cache, 1_000_000);
    expect(third.entries.at(0)?.digest).not.toBe(first.entries.at(0)?.digest);
    // Written in the same tick as it was looked at: another write could leave the stamp as it is.
    expect(Object.keys(scan({}, 3).cache)).toEqual([]);
  });

  it('reads contents only of files that count', () => {
    const files = new MemoryFiles({ '/c/a': '1', '/c/data/dump': '2' });
    files.fault('/c/data/dump', 'read', 'EIO');
    const read: string[] = [];
    const scan = scanServiceContext(
      { name: 'context', folder: '/c', ignore: '', withheld: [] },
      {},
      {
        nowMs: 1_000_000,
        select: (entries) => entries.filter(({ path }) => path === 'a'),
        onRead: (path, bytes) => read.push(`${path} ${String(bytes)}`),
      },
      files,
    );
    expect(scan.ok && scan.value.entries.map(({ path }) => path)).toEqual(['a']);
    expect(read).toEqual(['a 1']);
  });
});
