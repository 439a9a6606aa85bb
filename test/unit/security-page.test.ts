import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** Rows of the page's tables of claims: what is claimed, and the tests that are named for it. */
const CLAIMS = PAGE.split('\n')
  .map((line) => /^\| (.+?) +\| (`test\/.+?) +\|$/.exec(line))
  .flatMap((found) => (found === null ? [] : [{ claim: found[1] ?? '', tests: found[2] ?? '' }]));

describe('the security page', () => {
  it('names a test for every line of its tables', () => {
    const rows = PAGE.split(/^\| line +\| test +\|\n\|[ |-]+\|\n/m)
      .slice(1)
      .flatMap((rest) => rest.split('\n\n')[0]?.trim().split('\n') ?? []);
    expect(rows.length).toBeGreaterThan(25);
    expect(rows).toHaveLength(CLAIMS.length);
  });

  it.each(CLAIMS)('has a test for: $claim', ({ tests }) => {
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(readFileSync(join(ROOT, path), 'utf8'), path).toMatch(/\b(?:it|test)(?:\.\w+)?\(/);
    }
  });

  it('leads to pages that there are, and is led to', () => {
    const links = [...PAGE.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.filter((path) => !existsSync(join(ROOT, 'docs', path)))).toEqual([]);
    for (const page of ['README.md', 'SECURITY.md'])
      expect(readFileSync(join(ROOT, page), 'utf8')).toContain('docs/security.md');
  });
});
