import { expect, it } from 'vitest';
import { watchFailure } from '../../../src/adapters/watch-failure.ts';

const failed = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

it.each(['ENOENT', 'ENOTDIR', 'ELOOP'])('a folder is merely gone by %s', (code) => {
  expect(watchFailure(failed(code), '/p/src')).toBeUndefined();
});

it('a folder that may not be read is told', () => {
  expect(watchFailure(failed('EACCES'), '/p/src')).toMatchObject({ folder: '/p/src' });
});
