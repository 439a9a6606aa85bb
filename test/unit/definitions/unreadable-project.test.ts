import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { summary } from '../../support/definition-failures.ts';
import { failures } from '../../support/definition-text.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

describe('a missing or unreadable dev.yaml', () => {
  it.each([
    ['', 'dev.yaml is empty'],
    ['# only a comment\n', 'dev.yaml is empty'],
    ['- a\n', 'the file must be a mapping, not a list'],
    ['hello', 'the file must be a mapping, not "hello"'],
  ])('%j: %s', (text, what) => {
    expect(failures(text)).toMatchObject([{ reason: 'definition', what, at: { line: 1 } }]);
  });

  it('is told when there is none, or when it cannot be read', () => {
    const files = new MemoryFiles({ '/p/x': '' });
    expect(loadProject('/p', { files })).toMatchObject({
      failure: [
        {
          what: 'there is no dev.yaml in /p',
          cure: 'Write one: "name: shop" is enough to begin with',
        },
      ],
    });
    files.put('/p/dev.yaml', 'name: shop');
    files.fault('/p/dev.yaml', 'read', 'EACCES');
    expect(loadProject('/p', { files })).toMatchObject({ failure: [{ reason: 'files' }] });
  });

  it('is told with the first byte that is not UTF-8', () => {
    const files = new MemoryFiles();
    files.put('/p/dev.yaml', Buffer.from([...Buffer.from('name: shop\n# caf'), 0xe9, 0x0a]));
    const loaded = loadProject('/p', { files });
    expect(loaded).toMatchObject({
      failure: [{ what: 'dev.yaml is not UTF-8 text', at: { line: 2, column: 6 } }],
    });
    files.put('/p/dev.yaml', Buffer.from('\uFEFFname: shop', 'utf16le'));
    expect(loadProject('/p', { files })).toMatchObject({
      failure: [{ why: 'it starts like UTF-16', at: { line: 1, column: 1 } }],
    });
  });

  it('is told when it is absurdly big', () => {
    expect(summary(failures(`name: shop\n#${'x'.repeat(2 ** 20)}`))).toEqual([
      '1:1 «» dev.yaml is too big: 1024 KiB',
    ]);
  });
});

describe('YAML mistakes', () => {
  it.each([
    [
      'name: a\nname: b\n',
      ['2:1 «name» the key name is there twice | Join the two, or remove one'],
    ],
    [
      'name: shop\nmodules:\n\tapi: {}\n',
      ['3:1 «\t» a tab is used to indent | Indent with spaces: YAML allows no tabs'],
    ],
    [
      'name: *nobody\n',
      [
        '1:7 «*nobody» the alias *nobody has no anchor | Put &nobody before the value that it stands for, further up',
      ],
    ],
    [
      'name: a\n---\nname: b\n',
      [
        '2:1 «---» a second document starts here | Remove the --- line: the file holds one document',
      ],
    ],
    [
      'name: a: b\n',
      [
        '1:7 «a» a key stands where a value was expected | Check the indentation of this line, and quote a value that has ": " in it',
      ],
    ],
    [
      'name: [a\nmodules',
      [
        '2:1 «m» a [ has no ] | Close it with ], here or before; lines between the two are indented',
      ],
    ],
    [
      'modules: { api: {',
      [
        '1:17 «{» a { has no } | Close it with }, here or before; lines between the two are indented',
      ],
    ],
    ['name: "a\n', ['1:8 «a» not valid YAML: missing closing "quote']],
  ])('%j', (text, expected) => {
    expect(summary(failures(text))).toEqual(expected);
  });

  it('stops an alias bomb', () => {
    const levels = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
    for (const to of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      const from = String.fromCharCode(to.charCodeAt(0) - 1);
      levels.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(',')}]`);
    }
    expect(failures(levels.join('\n'))).toMatchObject([
      { what: 'aliases multiply past every measure', at: { line: 2 } },
    ]);
  });

  it('tells all of them', () => {
    expect(summary(failures('a: 1\na: 2\nb: @x\nname: shop\nname: shop\n'))).toHaveLength(3);
  });
});
