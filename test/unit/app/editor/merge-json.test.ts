import fc from 'fast-check';
import { parse, type ParseError } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { mergeJson } from '../../../../src/app/editor/merge-json.ts';

const merged = (text: string | undefined, wanted: Readonly<Record<string, unknown>>): string => {
  const result = mergeJson(text, wanted, 'x.json');
  if (!result.ok) throw new Error(result.failure.what);
  return result.value;
};

describe('mergeJson', () => {
  it('makes a new file where there is none, or an empty one', () => {
    expect(merged(undefined, { a: 1 })).toBe('{\n  "a": 1\n}\n');
    expect(merged('\n', { a: 1 })).toBe('{\n  "a": 1\n}\n');
  });

  it('leaves a text alone that has everything, whatever the values are', () => {
    const text = '{"a":2,/* x */"b":[ ]}';
    expect(merged(text, { a: 1, b: 3 })).toBe(text);
  });

  it.each([
    ['behind the last entry', '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": 2\n}\n'],
    ['behind a comma too many', '{\n  "a": 1,\n}', '{\n  "a": 1,\n  "b": 2\n}'],
    [
      'behind a comment on its line',
      '{\n\t// mine\n\t"a": {"x":1, }, // keep, this\n\t// and this\n}\n',
      '{\n\t// mine\n\t"a": {"x":1, }, // keep, this\n\t"b": 2\n\t// and this\n}\n',
    ],
    ['without a comma before the comment', '{\n  "a": 1 // }\n}', '{\n  "a": 1, // }\n  "b": 2\n}'],
    ['on one line', '{ "a": 1 }', '{ "a": 1,\n  "b": 2\n}'],
    ['in nothing', '{}', '{\n  "b": 2\n}'],
    ['in a comment alone', '{\n  // later\n}', '{\n  "b": 2\n  // later\n}'],
    ['with its line ends', '{\r\n    "a": 1\r\n}', '{\r\n    "a": 1,\r\n    "b": 2\r\n}'],
    [
      'behind a comma on the next line',
      '{\n  "a": 1\n  , // odd\n}',
      '{\n  "a": 1\n  , // odd\n  "b": 2\n}',
    ],
  ])('adds %s', (_, before, after) => {
    expect(merged(before, { b: 2 })).toBe(after);
  });

  it.each([
    ['a list', '[]', 1, 'it holds no object'],
    ['a broken one', '{\n  "a": [1,\n}', 3, 'value expected'],
    ['one without a key', '{ : 1 }', 1, 'property name expected'],
  ])('refuses %s with its place', (_, text, line, why) => {
    expect(mergeJson(text, { b: 2 }, 'x.json')).toMatchObject({
      ok: false,
      failure: { reason: 'definition', why, at: { file: 'x.json', line } },
    });
  });

  it('keeps the mark that some editors begin a file with', () => {
    expect(merged('\ufeff{ "a": 1 }', { b: 2 })).toBe('\ufeff{ "a": 1,\n  "b": 2\n}');
    expect(merged('\ufeff', { b: 2 })).toBe('{\n  "b": 2\n}\n');
  });

  it.each([
    ['larger than 4 MiB', `{ "a": "${'x'.repeat(4 * 1024 * 1024)}" }`],
    ['nested more than 200 deep', `{ "a": ${'['.repeat(100_000)}`],
  ])('refuses what is %s', (why, text) => {
    expect(mergeJson(text, { b: 2 }, 'x.json')).toMatchObject({
      ok: false,
      failure: { what: "x.json is no file of an editor's", why: `it is ${why}` },
    });
  });

  const items = (text: string) =>
    mergeJson(text, { v: 1, list: [{ n: 'a', x: 1 }, { n: 'b' }] }, 'x.json', { list: 'n' });

  it.each([
    [
      'behind those that there are, with their comments',
      '{\n  "v": 2,\n  "list": [\n    // mine\n    { "n": "a" }, // keep\n    // end\n  ]\n}\n',
      '{\n  "v": 2,\n  "list": [\n    // mine\n    { "n": "a" }, // keep\n    {\n      "n": "b"\n    }\n    // end\n  ]\n}\n',
    ],
    [
      'to an empty list, and the key that lacks',
      '{\n\t"list": []\n}',
      '{\n\t"list": [\n\t\t{\n\t\t\t"n": "a",\n\t\t\t"x": 1\n\t\t},\n\t\t{\n\t\t\t"n": "b"\n\t\t}\n\t],\n\t"v": 1\n}',
    ],
    [
      'beside items of other shapes',
      '{"v":1,"list":[1,{"n":"b"}]}',
      '{"v":1,"list":[1,{"n":"b"},\n  {\n    "n": "a",\n    "x": 1\n  }\n]}',
    ],
    ['none where all are there', '{"v":0,"list":[{"n":"b"},{"n":"a"}]}', undefined],
  ])('adds items of lists %s', (_, before, after) => {
    expect(items(before)).toEqual({ ok: true, value: after ?? before });
  });

  it('refuses a list that is none', () => {
    expect(items('{ "list": {} }')).toMatchObject({
      ok: false,
      failure: { what: 'x.json: list is no list', cure: 'Mend it; nothing was written' },
    });
  });

  it('changes no character that was there, and adds exactly what lacks', () => {
    const piece = fc.constantFrom(' ', '\n', '\t', '// c }\n', '/* , \n */', '\r\n');
    const blank = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    const entry = fc.tuple(blank, fc.constantFrom('a', 'b', 'c'), fc.jsonValue(), blank);
    const object = fc.tuple(
      fc.uniqueArray(entry, { selector: ([, key]) => key }),
      blank,
      fc.boolean(),
    );
    fc.assert(
      fc.property(object, ([entries, end, comma]) => {
        const inner = entries.map(
          ([before, key, value, after]) =>
            `${before}${JSON.stringify(key)}: ${JSON.stringify(value)}${after}`,
        );
        const text = `{${inner.join(',')}${comma && inner.length > 0 ? ',' : ''}${end}}`;
        const wanted = { a: 'new', b: [1, { x: null }], z: { y: 1 } };
        const result = merged(text, wanted);
        const errors: ParseError[] = [];
        const options = { allowTrailingComma: true };
        const before = parse(text, [], options) as Record<string, unknown>;
        expect(parse(result, errors, options)).toEqual({ ...wanted, ...before });
        expect(errors).toEqual([]);
        expect(isSubsequence(text.replace(/\s/g, ''), result.replace(/\s/g, ''))).toBe(true);
        expect(merged(result, wanted)).toBe(result);
      }),
    );
  });
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at += 1;
  return at === part.length;
}

describe('a list of texts', () => {
  const KEYS = { wanted: { unless: 'unwanted' } };
  const added = (text: string): string => {
    const result = mergeJson(text, { wanted: ['a.A', 'b', 'c'] }, 'x.json', KEYS);
    if (!result.ok) throw new Error(result.failure.what);
    return result.value;
  };

  it('gets those that it lacks, in whatever case they are written', () => {
    expect(added('{\n  "wanted": [\n    "A.a", // mine\n    "z"\n  ]\n}')).toBe(
      '{\n  "wanted": [\n    "A.a", // mine\n    "z",\n    "b",\n    "c"\n  ]\n}',
    );
    const whole = '{ "wanted": ["c", "b", "a.a", 7] }';
    expect(added(whole)).toBe(whole);
  });

  it('does not get what another list of the person’s says no to', () => {
    const refused = '{\n  "unwanted": ["B", "a.a"],\n  "wanted": ["c"]\n}';
    expect(added(refused)).toBe(refused);
    expect(JSON.parse(added('{ "unwanted": ["b"] }'))).toEqual({
      unwanted: ['b'],
      wanted: ['a.A', 'c'],
    });
    expect(JSON.parse(added('{ "unwanted": "b" }'))).toMatchObject({ wanted: ['a.A', 'b', 'c'] });
  });
});
