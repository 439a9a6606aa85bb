import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concealing } from '../../../src/util/conceal.ts';

describe('what a program prints', () => {
  it('is without the secrets that it was given, however it writes them', () => {
    const conceal = concealing(['p@ss/word']);
    expect(conceal('x p@ss/word y p@ss/word')).toBe('x [redacted] y [redacted]');
    expect(conceal('https://u:p%40ss%2Fword@host')).toBe('https://u:[redacted]@host');
    expect(conceal(`Basic ${Buffer.from('p@ss/word').toString('base64')}`)).toBe(
      'Basic [redacted]',
    );
    expect(conceal('nothing of it')).toBe('nothing of it');
  });

  it('is without each line of one that has several, but for those that say nothing', () => {
    const conceal = concealing(['-----\nMIIEowIBAAKCAQEA\n}\n']);
    expect(conceal('MIIEowIBAAKCAQEA')).toBe('[redacted]');
    expect(conceal('} -----')).toBe('} -----');
  });

  it('is what it was where there is no secret, or an empty one', () => {
    expect(concealing(['', ''])('a b')).toBe('a b');
  });

  it('holds no secret of several, one in another', () => {
    const secret = fc
      .string({ minLength: 3, maxLength: 12 })
      .filter((text) => !/[\r\n[\]]|red|act|ted/.test(text));
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), (values) => {
        const line = concealing(values)(values.map((one) => `<${one}>`).join(' '));
        for (const value of values.filter((one) => !/[<> ]/.test(one)))
          expect(line).not.toContain(value);
      }),
    );
  });
});
