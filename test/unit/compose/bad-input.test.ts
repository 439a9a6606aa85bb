import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';

function refusals(text: string, others: Readonly<Record<string, string>> = {}): readonly Failure[] {
  const merged = mergeCompose({
    layers: [{ kind: 'file', path: '/p/a.yaml', display: 'a.yaml', text }],
    projectDirectory: '/p',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: (path) => ok(others[path]),
    display: (path) => path.replace('/p/', ''),
  });
  return merged.ok ? [] : merged.failure;
}

function first(text: string, others?: Readonly<Record<string, string>>): string {
  const [failure] = refusals(text, others);
  const at = failure?.at;
  const place = at === undefined ? '' : ` (${at.file}:${String(at.line)}:${String(at.column)})`;
  return `${failure?.what ?? 'accepted'}${place}`;
}

/** Ten anchors, each a list of ten of the one before. */
function bomb(levels: number): string {
  const lines = ['x-0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < levels; level += 1) {
    const alias = `*a${String(level - 1)}`;
    const items = Array.from({ length: 10 }, () => alias).join(', ');
    lines.push(`x-${String(level)}: &a${String(level)} [${items}]`);
  }
  return `${lines.join('\n')}\nservices: {a: {image: x}}\n`;
}

describe('bad input is refused with its place', () => {
  it.each([
    ['a tab', 'services:\n\ta:\n', 'A tab stands where only spaces are allowed (a.yaml:2:1)'],
    [
      'bytes that are no UTF-8',
      'services:\n  a: {image: "\ufffd"}\n',
      'The file is not UTF-8 text (a.yaml:2:15)',
    ],
    [
      'a control character',
      'services:\n  a: {image: "\u0001"}\n',
      'A control character is not allowed here (a.yaml:2:15)',
    ],
    [
      'a key that is there twice',
      'services:\n  a:\n    image: x\n    image: y\n',
      'The key "image" is there twice (a.yaml:4:5)',
    ],
    [
      'an anchor that contains itself',
      'x-a: &a {b: *a}\nservices: {a: {image: x}}\n',
      'The alias *a contains itself (a.yaml:1:13)',
    ],
    [
      'a required variable',
      'services:\n  a:\n    image: x:${TAG:?choose one}\n',
      'The variable TAG is required and has no value (a.yaml:3:12)',
    ],
    [
      'an unknown network',
      'services:\n  a: {image: x, networks: [front]}\n',
      'services.a uses the network "front", which is not declared (a.yaml:2:28)',
    ],
    [
      'a service of a profile to be built with',
      'services:\n  a: {build: {context: ., additional_contexts: {b: "service:b"}}}\n  b: {build: ., profiles: [x]}\n',
      'services.a is built with "b", which is not there (a.yaml:2:52)',
    ],
    [
      'a missing file',
      'include: [other.yaml]\nservices: {a: {image: x}}\n',
      'There is no file other.yaml (a.yaml:1:11)',
    ],
  ])('%s', (_name, text, expected) => {
    expect(first(text)).toBe(expected);
  });

  it('a file of ten megabytes, at once', () => {
    expect(first(`# ${'x'.repeat(10 * 1024 * 1024)}\n`)).toBe(
      'a.yaml is larger than 10 MB (a.yaml:1:1)',
    );
  });

  it('aliases that explode', () => {
    expect(first(bomb(9))).toMatch(/^Aliases expand to far too many values \(a\.yaml:\d+:\d+\)$/);
    expect(first(bomb(4))).toBe('accepted');
  });

  it('a circle of includes', () => {
    const others = { '/p/b.yaml': 'include: [a.yaml]\n', '/p/a.yaml': 'include: [b.yaml]\n' };
    expect(first('include: [b.yaml]\nservices: {a: {image: x}}\n', others)).toBe(
      'Files include one another in a circle (b.yaml:1:11)',
    );
  });

  it('a circle of extends over files', () => {
    const others = { '/p/b.yaml': 'services: {b: {extends: {file: a.yaml, service: a}}}\n' };
    const text = 'services: {a: {extends: {file: b.yaml, service: b}}}\n';
    expect(first(text, { ...others, '/p/a.yaml': text })).toMatch(/in a circle/);
  });

  it('everything that one step finds, at once', () => {
    const text = 'services:\n  a: {image: 1, tty: []}\n  b: {imgae: x}\nvolume: {}\n';
    expect(refusals(text).map(({ what }) => what)).toEqual([
      'services.a.image must be text',
      'services.a.tty must be true or false or text',
      'services.b has no key "imgae"',
      'A Compose file has no key "volume"',
    ]);
  });
});

describe('words that only later versions of Compose know', () => {
  it.each(['daily', 'weekly', 'every_12h', 'every_1w2d'])('take pull_policy: %s', (policy) => {
    expect(first(`services: {a: {image: x, pull_policy: ${policy}}}\n`)).toBe('accepted');
  });

  it('still refuse what none of them knows', () => {
    expect(first('services: {a: {image: x, pull_policy: every_}}\n')).toBe(
      'services.a.pull_policy must be "always", "never", "if_not_present", "build", "missing", "daily", "weekly" or "every_12h" (a.yaml:1:39)',
    );
  });

  it('take what develop.watch came to', () => {
    const rule = "{path: ., action: sync, target: /a, include: '*.js', initial_sync: true}";
    expect(first(`services: {a: {image: x, develop: {watch: [${rule}]}}}\n`)).toBe('accepted');
  });
});
