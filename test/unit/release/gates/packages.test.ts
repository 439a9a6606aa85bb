import { describe, expect, it } from 'vitest';
import { licencesVerdict, type ShippedPackage } from '../../../../src/release/gates/licences.ts';
import { shippedPackage } from '../../../../src/release/gates/package-manifest.ts';
import { compareVersions } from '../../../../src/release/gates/package-versions.ts';
import {
  readAdvisories,
  vulnerabilitiesVerdict,
} from '../../../../src/release/gates/vulnerabilities.ts';
import type { LicencesGate, VulnerabilitiesGate } from '../../../../src/model/gates.ts';

const one = (
  name: string,
  licence: string | undefined,
  some: Partial<ShippedPackage> = {},
): ShippedPackage => ({ name, version: '1.0.0', type: 'npm', licence, ...some });

describe('licences', () => {
  const gate = (some: Partial<LicencesGate>, licence: string | undefined) =>
    licencesVerdict({ allow: undefined, deny: [], except: [], ...some }, [one('a', licence)]);

  it.each([
    { allow: ['MIT'], licence: 'MIT', passes: true },
    { allow: ['mit'], licence: 'MIT', passes: true },
    { allow: ['MIT'], licence: 'GPL-3.0-only', passes: false },
    { allow: ['MIT'], licence: '(GPL-3.0-only OR MIT)', passes: true },
    { allow: ['MIT'], licence: 'GPL-3.0-only AND MIT', passes: false },
    { allow: ['BSD-*', 'MIT'], licence: 'MIT AND (BSD-3-Clause OR GPL-2.0)', passes: true },
    {
      allow: ['GPL-2.0-only'],
      licence: 'GPL-2.0-only WITH Classpath-exception-2.0',
      passes: false,
    },
    {
      allow: ['GPL-2.0-only WITH *'],
      licence: 'GPL-2.0-only WITH Classpath-exception-2.0',
      passes: true,
    },
    { allow: ['LGPL-2.1'], licence: 'LGPL-2.1+', passes: false },
    { allow: ['MIT'], licence: undefined, passes: false },
    { allow: ['MIT'], licence: 'SEE LICENSE IN terms.txt', passes: false },
    { allow: ['SEE LICENSE IN *'], licence: 'SEE LICENSE IN terms.txt', passes: true },
    { allow: ['MIT'], deny: ['MIT'], licence: 'MIT', passes: false },
    { deny: ['AGPL-*'], licence: 'AGPL-3.0-or-later', passes: false },
    { deny: ['AGPL-*'], licence: 'AGPL-3.0-only OR MIT', passes: true },
    { deny: ['UNLICENSED'], licence: 'UNLICENSED', passes: false },
    { deny: ['AGPL-*'], licence: undefined, passes: true },
  ])('allowed $allow, denied $deny: $licence', ({ licence, passes, ...lists }) => {
    const verdict = gate(lists, licence);
    expect(verdict).toMatchObject({ gate: 'licences', passed: passes });
    if (!passes) expect(verdict.where[0]).toContain('a@1.0.0: ');
  });

  it('leave out what is excepted, tell who is mute, and fail where nothing names the packages', () => {
    expect(gate({ allow: ['MIT'], except: ['a'] }, 'GPL-3.0-only').passed).toBe(true);
    expect(gate({ deny: ['X'] }, undefined)).toMatchObject({
      what: expect.stringContaining('1 do not say theirs') as unknown,
      where: ['a@1.0.0: does not say its licence'],
    });
    const scoped = [one('@s/a', 'GPL-3.0-only')];
    const lists = { allow: ['MIT'], deny: [], except: ['@s/*'] };
    expect(licencesVerdict(lists, scoped).passed).toBe(true);
    expect(licencesVerdict({ ...lists, except: [] }, undefined)).toMatchObject({ passed: false });
  });
});

describe('what packages say of themselves', () => {
  it.each([
    [
      'app/api/node_modules/@s/a/package.json',
      '{"name":"@s/a","version":"1.0.0","license":"MIT"}',
      'MIT',
    ],
    [
      'node_modules/.pnpm/a@1/node_modules/a/package.json',
      '{"name":"a","version":"1","license":{"type":"ISC"}}',
      'ISC',
    ],
    [
      'node_modules/a/package.json',
      '{"name":"a","version":"1","licenses":[{"type":"MIT"},{"type":"X"}]}',
      'MIT OR X',
    ],
    [
      'venv/site-packages/a-1.dist-info/METADATA',
      'Name: a\nVersion: 1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n\nLicense: no',
      'MIT',
    ],
    [
      'venv/site-packages/a-1.dist-info/METADATA',
      'Name: a\r\nVersion: 1\r\nLicense-Expression: BSD-3-Clause\r\n',
      'BSD-3-Clause',
    ],
    ['node_modules/a/package.json', '{"name":"a","version":"1"}', undefined],
  ])('%s', (path, text, licence) => {
    expect(shippedPackage(path, () => text)).toMatchObject({ licence });
  });

  it.each([
    ['node_modules/a/esm/package.json', '{"name":"a","version":"1"}'],
    ['package.json', '{"name":"a","version":"1"}'],
    ['node_modules/.package-lock.json', '{}'],
    ['node_modules/a/package.json', '{'],
    ['node_modules/a/package.json', '[]'],
  ])('is nothing in %s: %s', (path, text) => {
    expect(shippedPackage(path, () => text)).toBeUndefined();
  });
});

describe('versions', () => {
  it('have their order, semantic or not', () => {
    const order = [
      ['0', '0.0.1', '1.0.0-rc.1', '1.0.0', '1.2.0', '1.10.0'],
      ['1.0.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.0.1', '1.1'],
      ['2.0-SNAPSHOT', '2.0', '2.0.1', '2.1'],
    ];
    for (const versions of order) {
      expect(versions.toReversed().toSorted(compareVersions)).toEqual(versions);
    }
    expect(compareVersions('1.0', '1.0.0')).toBe(0);
  });
});

const ADVISORY = {
  id: 'GHSA-1',
  modified: '2024-01-01T00:00:00Z',
  aliases: ['CVE-1'],
  summary: 'it lets everybody in',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'a' },
      ranges: [
        {
          type: 'SEMVER',
          events: [
            { introduced: '0' },
            { fixed: '1.0.5' },
            { introduced: '2.0.0' },
            { last_affected: '2.1.0' },
          ],
        },
      ],
      database_specific: { severity: 'MODERATE' },
    },
    { package: { ecosystem: 'PyPI', name: 'Some_Thing' }, versions: ['1.0.0'] },
    {
      package: { ecosystem: 'Go', name: 'g.com/a' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }] }],
    },
    {
      package: { ecosystem: 'npm', name: 'git' },
      ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }],
    },
  ],
};

describe('known weaknesses', () => {
  const gate: VulnerabilitiesGate = { database: 'osv.json', from: 'low', except: [] };
  const verdict = (
    some: Partial<ShippedPackage>,
    { database = JSON.stringify([ADVISORY]), ...rest }: Partial<VulnerabilitiesGate> = {},
  ) => vulnerabilitiesVerdict({ ...gate, ...rest }, [one('a', 'MIT', some)], database);

  it.each([
    ['1.0.4', false],
    ['1.0.5', true],
    ['1.0.5-rc.1', false],
    ['2.0.0', false],
    ['2.1.0', false],
    ['2.1.1', true],
  ])('a@%s passes: %s', (version, passes) => {
    expect(verdict({ version }).passed).toBe(passes);
  });

  it('are told with what mends them', () => {
    expect(verdict({})).toEqual({
      ...{ gate: 'vulnerabilities', passed: false },
      what: '1 known weaknesses in 1 packages',
      where: ['a@1.0.0: GHSA-1, moderate, mended in 1.0.5: it lets everybody in'],
      cure: expect.stringContaining('Update') as unknown,
    });
  });

  it('of what is only locked are told apart, and fail nothing', () => {
    const database = JSON.stringify([ADVISORY]);
    const locked = one('a', 'MIT', { onlyLocked: true });
    const place = 'a@1.0.0 (only locked): GHSA-1, moderate, mended in 1.0.5: it lets everybody in';
    expect(vulnerabilitiesVerdict(gate, [one('b', 'MIT'), locked], database)).toMatchObject({
      passed: true,
      what: 'none known in 1 packages; 1 in what is locked and not shipped',
      where: [place],
    });
    const both = vulnerabilitiesVerdict(gate, [one('a', 'MIT'), locked], database);
    expect(both).toMatchObject({
      passed: false,
      what: '1 known weaknesses in 1 packages',
      where: [expect.stringContaining('a@1.0.0: GHSA-1') as unknown],
    });
  });

  it.each([
    { scores: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'], says: 'moderate' },
    {
      scores: ['CVSS:4.0/AV:N/AC:L', 'CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'],
      says: 'high',
    },
    { scores: ['CVSS:4.0/AV:N/AC:L'], says: 'critical' },
    { scores: ['AV:L/AC:H/Au:N/C:C/I:C/A:C'], says: 'moderate' },
    {
      scores: ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'],
      says: 'high',
    },
    { scores: [], says: 'critical' },
  ])('are $says by $scores, where nobody has a word for it', ({ scores, says }) => {
    const severity = scores.map((score) => ({ type: 'CVSS', score }));
    const [affected] = ADVISORY.affected;
    const own = { ...affected, database_specific: {} };
    for (const entry of [
      { ...ADVISORY, severity, affected: [own] },
      { ...ADVISORY, affected: [{ ...own, severity }] },
    ]) {
      expect(verdict({}, { database: JSON.stringify(entry) }).where[0]).toContain(
        `GHSA-1, ${says}`,
      );
    }
  });

  it('pass where they are lesser or accepted, and are told all the same', () => {
    for (const some of [{ from: 'high' as const }, { except: ['CVE-1'] }, { except: ['GHSA-1'] }]) {
      const good = verdict({}, some);
      expect(good.passed).toBe(true);
      expect(good.where).toHaveLength(1);
    }
    expect(verdict({}, { from: 'moderate' }).passed).toBe(false);
  });

  it.each([
    { type: 'pypi' as const, name: 'some-thing', passes: false },
    { type: 'pypi' as const, name: 'some.thing', version: '1.0.1', passes: true },
    { type: 'golang' as const, name: 'g.com/a', version: 'v1.3.0', passes: false },
    { type: 'golang' as const, name: 'a', passes: true },
    { type: 'npm' as const, name: 'git', passes: true },
    { type: 'maven' as const, name: 'a', passes: true },
  ])('are those of the same ecosystem: $type $name $version', ({ passes, ...some }) => {
    expect(verdict(some).passed).toBe(passes);
  });

  it('are read from a list, lines, one entry and an answer; those withdrawn are none', () => {
    const text = JSON.stringify(ADVISORY);
    for (const form of [text, `[${text}]`, `{"vulns":[${text}]}`, `${text}\n${text}\n`]) {
      expect(readAdvisories(form)?.has('npm/a')).toBe(true);
    }
    const withdrawn = JSON.stringify({ ...ADVISORY, withdrawn: '2024-01-01T00:00:00Z' });
    expect(readAdvisories(withdrawn)?.size).toBe(0);
  });

  it.each(['', '{}', '[]', '[{"id":"x"}]', 'no json', '[1]'])(
    'cannot come from %j: that is told, and does not pass',
    (database) => {
      expect(verdict({}, { database })).toMatchObject({ passed: false, where: ['osv.json'] });
    },
  );

  it('do not pass without the file or the packages', () => {
    expect(vulnerabilitiesVerdict(gate, [], undefined).what).toBe('osv.json is not there');
    const known = JSON.stringify(ADVISORY);
    expect(vulnerabilitiesVerdict(gate, undefined, known).passed).toBe(false);
    expect(vulnerabilitiesVerdict(gate, [], known).passed).toBe(true);
  });
});
