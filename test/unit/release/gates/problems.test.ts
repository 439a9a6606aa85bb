import { describe, expect, it } from 'vitest';
import {
  newProblems,
  problemsVerdict,
  type LintProblem,
} from '../../../../src/release/gates/problems.ts';

const one = (line: number, some: Partial<LintProblem> = {}): LintProblem => ({
  ...{ file: 'api/a.ts', rule: 'no-var', message: 'Unexpected var', text: '  var a = 1;' },
  ...{ line, ...some },
});

describe('new problems', () => {
  it.each([
    ['one that moved down', [one(9)], [one(2)], 0],
    ['one whose line was indented', [one(2, { text: '\tvar  a = 1;' })], [one(2)], 0],
    ['a second of the same kind', [one(2), one(5)], [one(2)], 1],
    ['one in a line that was changed', [one(2, { text: 'var b = 1;' })], [one(2)], 1],
    ['another rule in the same line', [one(2, { rule: 'no-unused' })], [one(2)], 1],
    ['one in another file', [one(2, { file: 'api/b.ts' })], [one(2)], 1],
    ['none where one was mended', [], [one(2)], 0],
    ['all where there was nothing before', [one(2), one(3)], [], 2],
  ])('are %s or not', (_what, now, before, count) => {
    expect(newProblems(now, before)).toHaveLength(count);
  });

  it('do not pass above the limit, and are told with their places', () => {
    const now = [one(2), one(5, { rule: 'odd', message: 'odd', text: 'x' })];
    expect(problemsVerdict({ most: 0 }, now, [one(9)])).toEqual({
      ...{ gate: 'problems', passed: false },
      what: '1 new problems, 0 may be; 2 in all, 1 before',
      where: ['api/a.ts:5: odd'],
      cure: expect.stringContaining('Mend') as unknown,
    });
    expect(problemsVerdict({ most: 0 }, [one(2)], []).where).toEqual([
      'api/a.ts:2: Unexpected var (no-var)',
    ]);
    expect(problemsVerdict({ most: 1 }, now, [one(9)]).passed).toBe(true);
  });
});
