import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceUrl } from '../../../src/release/source-url.ts';

describe('where a repository is, as its images tell', () => {
  it.each([
    ['https://github.com/team/shop.git', 'https://github.com/team/shop'],
    ['https://ann:ghp_token@example.com/team/shop', 'https://example.com/team/shop'],
    ['https://oauth2@example.com:8443/team/shop.git/', 'https://example.com:8443/team/shop'],
    ['https://example.com/shop.git?private_token=abc#x', 'https://example.com/shop'],
    ['git@github.com:team/shop.git', 'https://github.com/team/shop'],
    ['example.com:team/shop', 'https://example.com/team/shop'],
    ['ssh://git@example.com:2222/team/shop.git', 'ssh://example.com:2222/team/shop'],
  ])('%s → %s', (remote, url) => {
    expect(sourceUrl(remote)).toBe(url);
  });

  it.each([
    '',
    '/srv/git/shop.git',
    '../shop',
    'file:///srv/shop',
    'C:\\shop',
    'origin',
    'ext::sh -c x',
  ])('%j is nowhere', (remote) => {
    expect(sourceUrl(remote)).toBeUndefined();
  });

  it('never holds what stands before the host', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9_-]{8,20}$/);
    fc.assert(
      fc.property(
        word,
        word,
        fc.constantFrom('https', 'http', 'ssh', 'git'),
        (user, password, scheme) => {
          const url = sourceUrl(`${scheme}://${user}:${password}@example.com/shop.git`) ?? '';
          expect(url).toBe(`${scheme}://example.com/shop`);
        },
      ),
    );
  });
});
