import { describe, expect, it } from 'vitest';
import { duplicatesVerdict, findDuplicates } from '../../../../src/release/gates/duplicates.ts';

const BODY = Array.from(
  { length: 10 },
  (_, at) => `  const value${String(at)} = compute(${String(at)}, other);`,
);
const file = (name: string, ...body: readonly string[]): string =>
  ['import x from "y";', '', `function ${name}() {`, ...body, '}', ''].join('\n');
const find = (files: Readonly<Record<string, string>>, lines = 6, except: readonly string[] = []) =>
  findDuplicates(new Map(Object.entries(files)), { lines, except });

describe('lines that stand there twice', () => {
  it('are found in two files and in one, whatever comments and white space say', async () => {
    const other = BODY.map((line) => `    ${line.trim()} // as there`);
    const two = await find({ 'a.ts': file('a', ...BODY), 'b.ts': file('b', '// new', ...other) });
    expect(two.lines).toBe(29);
    expect(two.repeated).toBeGreaterThanOrEqual(20);
    expect(two.places).toEqual([expect.stringMatching(/^a\.ts:\d+-\d+ as b\.ts:\d+-\d+$/)]);
    const same = await find({ 'a.ts': file('a', ...BODY) + file('b', ...BODY) });
    expect(same.places).toEqual([expect.stringMatching(/^a\.ts:\d+-\d+ as a\.ts:\d+-\d+$/)]);
  });

  it.each([
    ['too few lines', { 'a.ts': file('a', ...BODY), 'b.ts': file('b', ...BODY) }, 40, []],
    ['tests', { 'a.test.ts': file('a', ...BODY), 'b.test.ts': file('b', ...BODY) }, 6, []],
    ['data', { 'a.json': BODY.join('\n'), 'b.json': BODY.join('\n') }, 6, []],
    [
      'what is excepted',
      { 'a.ts': file('a', ...BODY), 'gen/b.ts': file('b', ...BODY) },
      6,
      ['gen/**'],
    ],
    ['other languages', { 'a.ts': file('a', ...BODY), 'b.py': BODY.join('\n') }, 6, []],
    ['nothing at all', {}, 6, []],
  ])('are not %s', async (_what, files, lines, except) => {
    expect(await find(files, lines, except)).toMatchObject({ repeated: 0, places: [] });
  });

  it('do not pass above the limit, which is never rounded down to', () => {
    const found = { lines: 1000, repeated: 30, places: ['a.ts:1-30 as b.ts:1-30'] };
    const gate = { most: 3, lines: 6, except: [] };
    expect(duplicatesVerdict(gate, found).passed).toBe(true);
    expect(duplicatesVerdict({ ...gate, most: 2.9 }, found)).toMatchObject({
      passed: false,
      what: '3 % of 1000 lines stand there twice, 2.9 % may',
      where: found.places,
    });
    const barely = { ...found, lines: 100_000, repeated: 3001 };
    expect(duplicatesVerdict(gate, barely)).toMatchObject({ passed: false });
    expect(duplicatesVerdict(gate, { lines: 0, repeated: 0, places: [] }).passed).toBe(true);
  });
});
