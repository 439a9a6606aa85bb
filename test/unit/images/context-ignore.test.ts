import { describe, expect, it } from 'vitest';
import { contextIgnore } from '../../../src/images/context-ignore.ts';

function ignored(patterns: string, ...paths: readonly string[]) {
  const ignore = contextIgnore(patterns);
  return paths.filter((path) => ignore.ignores(path));
}

describe('contextIgnore', () => {
  it('counts patterns from the root of the context, unlike .gitignore', () => {
    expect(
      ignored('node_modules\n*.log', 'node_modules/a', 'x/node_modules/a', 'a.log', 'x/a.log'),
    ).toEqual(['node_modules/a', 'a.log']);
  });

  it('crosses folders with **', () => {
    expect(ignored('**/*.log', 'a.log', 'x/y/a.log', 'a.txt')).toEqual(['a.log', 'x/y/a.log']);
    expect(ignored('a/**/b', 'a/b', 'a/x/y/b', 'a/c')).toEqual(['a/b', 'a/x/y/b']);
  });

  it('lets the last matching pattern decide', () => {
    expect(ignored('*\n!keep\nkeep/not', 'a', 'keep/a', 'keep/not')).toEqual(['a', 'keep/not']);
  });

  it('cleans paths and passes over comments', () => {
    expect(ignored('# x\n\n /a/ \n./b\n', 'a/x', 'b', '# x')).toEqual(['a/x', 'b']);
  });

  it('takes other characters as they are', () => {
    expect(ignored('a.b\n[xy]?\n\\*z\n(q)+', 'a.b', 'a_b', 'xk', 'zk', '*z', 'qz', '(q)+')).toEqual(
      ['a.b', 'xk', '*z', '(q)+'],
    );
  });

  it('takes | and braces in a pattern with wildcards as a regular expression does', () => {
    // As BuildKit does, which means to take them literally.
    expect(ignored('a|*x', 'a', 'ab', 'b', 'bx', 'a|x')).toEqual(['a', 'ab', 'bx', 'a|x']);
    expect(ignored('a{2}*', 'aa', 'aab', 'a{2}', 'ab')).toEqual(['aa', 'aab']);
    expect(ignored('{a}*\na|b', '{a}b', 'a', 'b', 'a|b')).toEqual(['{a}b', 'a|b']);
  });

  it('prunes a folder only when nothing below it can come back', () => {
    expect(contextIgnore('big').prunes('big')).toBe(true);
    expect(contextIgnore('big\n!big/a').prunes('big')).toBe(false);
    expect(contextIgnore('').prunes('big')).toBe(false);
  });
});
