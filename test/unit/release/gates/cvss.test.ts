import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseScore, severityOfScore } from '../../../../src/release/gates/cvss.ts';

const letters = {
  AV: 'NALP',
  AC: 'LH',
  PR: 'NLH',
  UI: 'NR',
  S: 'UC',
  C: 'HLN',
  I: 'HLN',
  A: 'HLN',
};

describe('the score of a vector', () => {
  // As the National Vulnerability Database has them.
  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 'critical'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'critical'],
    ['CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 7.8, 'high'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5, 'high'],
    ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4, 'moderate'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 'moderate'],
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H/E:U', 5.9, 'moderate'],
    ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', 2.4, 'low'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'low'],
    // The examples of FIRST's guide to version 2, and of its calculator of version 4.
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C', 7.8, 'high'],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 'critical'],
    ['(AV:L/AC:H/Au:N/C:C/I:C/A:C)', 6.2, 'moderate'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10, 'critical'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U', 9.3, 'critical'],
    ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 8.5, 'high'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0, 'low'],
  ])('%s is %d, %s', (vector, score, severity) => {
    expect(baseScore(vector)).toBe(score);
    expect(severityOfScore(score)).toBe(severity);
  });

  it.each([
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N',
    'CVSS:5.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    'AV:N/AC:L/Au:N/C:P/I:P',
    'AV:N/AC:L/Au:N/C:P/I:P/A:constructor',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H',
    'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:constructor/C:H/I:H/A:H',
    '7.5',
    '',
  ])('%s has none', (text) => {
    expect(baseScore(text)).toBeUndefined();
  });

  it('is between 0 and 10 with one digit, and no less for more that is lost', () => {
    const vector = fc.record(
      Object.fromEntries(
        Object.entries(letters).map(([name, some]) => [name, fc.constantFrom(...Array.from(some))]),
      ),
    );
    const text = (said: Readonly<Record<string, string>>): string =>
      `CVSS:3.1/${Object.entries(said)
        .map((pair) => pair.join(':'))
        .join('/')}`;
    fc.assert(
      fc.property(vector, (said) => {
        const score = baseScore(text(said)) ?? Number.NaN;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(10);
        expect(Math.round(score * 10) / 10).toBe(score);
        expect(baseScore(text({ ...said, C: 'H', I: 'H', A: 'H' }))).toBeGreaterThanOrEqual(score);
      }),
    );
  });
});
