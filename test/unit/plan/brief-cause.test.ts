import fc from 'fast-check';
import { expect, it } from 'vitest';
import { briefCause } from '../../../src/plan/brief-cause.ts';

it('keeps what is short, and says how much more there is of what is long', () => {
  expect(briefCause('environment.A: 1→2')).toBe('environment.A: 1→2');
  const changes = Array.from({ length: 9 }, (_, index) => `environment.VARIABLE_${index}: one→two`);
  expect(briefCause(changes.join('; '))).toBe(`${changes.slice(0, 2).join('; ')}; and 7 more`);
  expect(briefCause(`command: ${'x'.repeat(200)}`)).toMatch(/^command: x{90}…$/);
});

it('is never longer than a hundred characters', () => {
  const change = fc.string({ maxLength: 150, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      expect(Array.from(briefCause(changes.join('; '))).length).toBeLessThanOrEqual(100);
    }),
  );
});
