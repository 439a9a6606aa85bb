import { expect, it } from 'vitest';
import { isLfsPointer, lfsPaths } from '../../../src/release/lfs.ts';

it('knows pointers of git-lfs by their first line', () => {
  expect(isLfsPointer('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')).toBe(
    true,
  );
  expect(isLfsPointer('version https://git-lfs.github.com/spec/v1\r\noid')).toBe(true);
  expect(isLfsPointer('see version https://git-lfs.github.com/spec/v1\n')).toBe(false);
  expect(isLfsPointer('')).toBe(false);
});

it('reads which files git-lfs keeps, whatever they are called', () => {
  const answer = ['a b\n.bin', 'filter', 'lfs', 'c', 'filter', 'unspecified', ''].join('\0');
  expect(lfsPaths(answer)).toEqual(['a b\n.bin']);
  expect(lfsPaths('')).toEqual([]);
});
