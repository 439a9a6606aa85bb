import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { textWidth } from '../../../src/views/text-width.ts';

it('is what string-width says, of whatever text', () => {
  const sign = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '✓',
      '✗',
      '→',
      '–',
      '…',
      '│',
      '●',
      '⠋',
      '\u001b[32m',
      '\u001b[0m',
      '\ufe0f',
      '\u200d',
    ),
    fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
  );
  const text = fc.array(sign, { maxLength: 8 }).map((signs) => signs.join(''));
  fc.assert(
    fc.property(text, (one) => {
      expect(textWidth(one)).toBe(stringWidth(one));
    }),
    { numRuns: 5_000 },
  );
});

it('is what string-width says of every single sign of the first planes', () => {
  const different: string[] = [];
  for (let code = 0; code < 0x3000; code += 1) {
    for (const text of [String.fromCharCode(code), `${String.fromCharCode(code)}\ufe0f`]) {
      if (textWidth(text) !== stringWidth(text)) different.push(code.toString(16));
    }
  }
  expect(different).toEqual([]);
});
