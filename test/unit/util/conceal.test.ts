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

  it.each(['', 'u:', 'user:', 'x'])('is without it in base64 with “%s” before it', (before) => {
    const secret = 'tokén-0123456789';
    const conceal = concealing([secret]);
    for (const after of ['', '\n', ' and more']) {
      const bytes = Buffer.from(`${before}${secret}${after}`);
      for (const encoding of ['base64', 'base64url'] as const) {
        const line = conceal(`Basic ${bytes.toString(encoding)}`);
        expect(line).toContain('[redacted]');
        const left = line.replace('Basic ', '').replace('[redacted]', '');
        expect(Buffer.from(left, 'base64').toString()).not.toMatch(/oké|0123|6789/);
        expect(left.length).toBeLessThan(before.length + after.length + 14);
      }
    }
  });

  it('is without any line of its base64, which is broken where programs do', () => {
    const secret = Array.from({ length: 40 }, (_, index) => `part ${String(index)}`).join();
    const conceal = concealing([secret]);
    for (const length of [64, 76]) {
      const lines = Buffer.from(`${secret}\n`)
        .toString('base64')
        .match(new RegExp(`.{1,${String(length)}}`, 'g'));
      for (const line of lines?.slice(0, -1) ?? []) expect(conceal(line)).toBe('[redacted]');
      expect(conceal(lines?.at(-1) ?? '').replace('[redacted]', '').length).toBeLessThan(9);
    }
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
