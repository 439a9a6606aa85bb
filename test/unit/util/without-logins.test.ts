import { expect, it } from 'vitest';
import { withoutLogins } from '../../../src/util/without-logins.ts';

it.each([
  ['no entry for Basic bWU6c2VjcmV0', 'no entry for Basic …'],
  ['authorization: Bearer eyJhbGciOi.J9-_x~+/==, sorry', 'authorization: Bearer …, sorry'],
  ['no basic auth credentials', 'no basic auth credentials'],
  ['Basic realm="test"', 'Basic realm="test"'],
])('%s', (text, expected) => {
  expect(withoutLogins(text)).toBe(expected);
});
