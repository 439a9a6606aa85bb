import { expect, it } from 'vitest';
import { noFolderFor } from '../../../../src/app/project/named-file.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

it('a file is made where there is a folder, and else said why not and what helps', () => {
  const files = new MemoryFiles({ '/home/ann/a': '' });
  expect(noFolderFor('/home/ann/page.html', { files })).toBeUndefined();
  expect(noFolderFor('/home/ann/gone/far/page.html', { files })).toMatchObject({
    what: 'cannot write /home/ann/gone/far/page.html',
    why: 'there is no folder /home/ann/gone/far',
    cure: 'mkdir -p /home/ann/gone/far',
  });
  expect(noFolderFor('/home/ann/a/page.html', { files })?.why).toBe('/home/ann/a is no folder');
});
