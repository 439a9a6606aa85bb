import { expect, it } from 'vitest';
import { trustMounts } from '../../../src/generate/trust.ts';
import { MADE_UP } from '../../support/places.ts';

it('gives Java’s own format only to images that have Java', () => {
  const trust = { places: MADE_UP, javaImages: new Set(['java', 'spring']) };
  const targets = (image: string) => trustMounts(image, trust).map(({ target }) => target);
  expect(targets('node')).toEqual(['/etc/onestack/ca-bundle.crt']);
  expect(targets('spring')).toEqual(['/etc/onestack/ca-bundle.crt', '/etc/ssl/certs/java/cacerts']);
});
