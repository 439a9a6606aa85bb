import { expect, it } from 'vitest';
import { parseNames } from '../../../src/cli/names.ts';
import { parseSelection } from '../../../src/cli/selection.ts';

it.each([
  ['a,b', ['a', 'b']],
  [' a , My.Db,', ['a', 'My.Db']],
  [' , ', []],
])('%j are names as people write them', (text, names) => {
  expect(parseNames(text)).toEqual(names);
  expect(parseSelection(text)).toEqual(new Set(names));
});
