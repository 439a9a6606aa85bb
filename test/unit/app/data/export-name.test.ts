import { expect, it } from 'vitest';
import { nameNotKept } from '../../../../src/app/data/export-name.ts';

it('writes no file that is not what its name says', () => {
  expect(nameNotKept('/tmp/shop.sql.zst')).toMatchObject({
    what: 'dev data export does not pack with zst',
    cure: 'Name it /tmp/shop.sql.gz',
  });
  expect(nameNotKept('-')).toMatchObject({ reason: 'usage' });
  for (const file of ['shop.sql', 'shop.sql.gz', 'files.tgz', './-', 'zst']) {
    expect(nameNotKept(file), file).toBeUndefined();
  }
});
