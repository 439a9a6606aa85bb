import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import { failureText } from '../../../src/views/failure-text.ts';

const unknownKey: Failure = {
  reason: 'definition',
  what: 'Unknown key "imge" in module "api"',
  why: 'A module takes: path, image, uses.',
  cure: 'Did you mean "image"?',
  at: { file: 'dev.yaml', line: 12, column: 5, text: '    imge: node', length: 4 },
  detail: ['first', 'second'],
};

describe('failureText', () => {
  it('tells what, place, excerpt with marks, why, cure and details', () => {
    expect(failureText(unknownKey, { color: false })).toBe(
      [
        'error: Unknown key "imge" in module "api"',
        '  dev.yaml:12:5',
        '   12 │     imge: node',
        '      │     ^^^^',
        '  why: A module takes: path, image, uses.',
        '  fix: Did you mean "image"?',
        '  │ first',
        '  │ second',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what is not known', () => {
    expect(failureText({ reason: 'usage', what: 'No' }, { color: false })).toBe('error: No\n');
  });

  it('tells a cause that several share once, with what each of them is about', () => {
    const silent = (subject: string, more: Partial<Failure> = {}): Failure => ({
      ...{ reason: 'image', what: `${subject} cannot be pulled`, why: 'no such host', cure: 'own' },
      shared: { what: 'docker.io does not answer', cure: 'Let the engine reach it', subject },
      ...more,
    });
    const at = { file: 'web/Dockerfile', line: 3, column: 1 };
    const failures = [
      silent('db: postgres:17', { detail: ['without it, nothing was done about api'] }),
      unknownKey,
      silent('web: node:24', { at }),
    ];
    const text = failureText(failures, { color: false });
    expect(
      text.startsWith(`error: docker.io does not answer: 2 images cannot be had
  why: no such host
  fix: Let the engine reach it
  │ db: postgres:17
  │ web: node:24 (web/Dockerfile:3)
  │ without it, nothing was done about api

error: Unknown key`),
    ).toBe(true);
    expect(text.match(/error:/g)).toHaveLength(2);
    expect(failureText(silent('db: postgres:17'), { color: false })).toBe(
      'error: db: postgres:17 cannot be pulled\n  why: no such host\n  fix: own\n',
    );
  });

  it('parts several failures by an empty line', () => {
    const text = failureText(
      [
        { reason: 'usage', what: 'A' },
        { reason: 'usage', what: 'B' },
      ],
      {
        color: false,
      },
    );
    expect(text).toBe('error: A\n\nerror: B\n');
  });

  it('colours only when asked to', () => {
    expect(failureText(unknownKey, { color: true })).toContain('\u001b[31m');
    expect(failureText(unknownKey, { color: false })).not.toContain('\u001b');
  });

  it('puts the marks under wide characters and after tabs', () => {
    const at = { file: 'f', line: 1, column: 4, text: '日本\tkey', length: 3 };
    const [, , line, marks] = failureText(
      { reason: 'definition', what: 'x', at },
      { color: false },
    ).split('\n');
    expect(line).toBe('   1 │ 日本 key');
    expect(marks).toBe('     │      ^^^');
  });

  it('cuts a long line around the marks', () => {
    const text = `${'a'.repeat(500)}BAD${'b'.repeat(500)}`;
    const at = { file: 'f', line: 1, column: 501, text, length: 3 };
    const lines = failureText(
      { reason: 'definition', what: 'x', at },
      { color: false, columns: 60 },
    ).split('\n');
    const [line = '', marks = ''] = lines.slice(2);
    expect(line.length).toBeLessThanOrEqual(60);
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('BAD');
  });

  it('does not let a file drive the terminal', () => {
    const at = { file: 'f', line: 1, column: 1, text: 'a\u001b[2Jb' };
    const text = failureText(
      { reason: 'definition', what: 'x\u0007', at, detail: ['\u001b]0;t\u0007'] },
      { color: false },
    );

    expect(text).not.toMatch(/[\u0007\u001b]/);
  });
});
