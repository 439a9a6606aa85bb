import { describe, expect, it } from 'vitest';
import { explainRegistryRefusal } from '../../../src/engine/registry-failure.ts';

const DAEMON = 'Error response from daemon: ';

describe('why a registry does not give an image', () => {
  it.each([
    ['-q', 'invalid reference format', '“-q” is no name of an image'],
    [
      'Foo/Bar',
      `${DAEMON}invalid reference format: repository name (Bar) must be lowercase`,
      '“Foo/Bar” is no name of an image: repository name (Bar) must be lowercase',
    ],
    ['a:1', `${DAEMON}no matching manifest for linux/arm64/v8 in x`, 'none for linux/arm64/v8'],
    ['r.io/a', `${DAEMON}pull access denied for r.io/a, repository does not exist`, 'r.io has no'],
    ['a', 'write /var/lib/docker: no space left on device', 'The disk is full.'],
  ])('%s', (reference, said, why) => {
    expect(explainRegistryRefusal(reference, said).why).toContain(why);
  });

  it('is no silent registry where the name is none', () => {
    expect(explainRegistryRefusal('x:y:z', 'invalid reference format').cure).toContain('NAME:TAG');
  });
});
