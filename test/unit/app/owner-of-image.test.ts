import { expect, it } from 'vitest';
import { ownerOfImage } from '../../../src/app/trust/owner-of-image.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const claim = (project: string, instance = project) => ({ project, instance });
const STATE = '/home/ann/.local/state/onestack/instances.json';

function world(registry: unknown) {
  const files = new MemoryFiles({
    [STATE]: typeof registry === 'string' ? registry : JSON.stringify(registry),
  });
  return { files, host: { home: '/home/ann', environment: {}, uid: 1000 } };
}

const REGISTRY = {
  '/bank': claim('bank'),
  '/shop': claim('shop'),
  '/two/shop': claim('shop', 'shop-two'),
};

it.each([
  ['bank-api', 'bank'],
  ['bank/api', 'bank'],
  ['shop-api', undefined],
  ['shop-two-api', undefined],
  // The pipelines of two clones call theirs alike.
  ['shop/api', 'shop-two'],
  ['banking', undefined],
  ['acme/bank', undefined],
])('%s is an image of: %s', (repository, owner) => {
  const own = { root: '/shop', instance: 'shop' };
  expect(ownerOfImage(repository, own, world(REGISTRY))).toBe(owner);
});

it('is nobody’s where no other project is known', () => {
  const own = { root: '/shop', instance: 'shop' };
  for (const registry of [{}, { '/shop': claim('shop') }, '{', []]) {
    expect(ownerOfImage('shop/api', own, world(registry))).toBeUndefined();
    expect(ownerOfImage('bank-api', own, world(registry))).toBeUndefined();
  }
});
