import { expect, it } from 'vitest';
import { splitWords } from '../../../src/util/shell-words.ts';

it.each([
  ['ls -l  /tmp', ['ls', '-l', '/tmp']],
  [`a 'b c' "d \\"e\\" $F"`, ['a', 'b c', 'd "e" $F']],
  ['x=y\\ z ""', ['x=y z', '']],
  [`pre'mid'"post"`, ['premidpost']],
  ['', []],
])('splits %s as a shell does', (command, words) => {
  expect(splitWords(command)).toEqual(words);
});
