import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { secret, setting } from './config.js';

test('a setting comes from the environment, and has to be there', () => {
  process.env['SHOP_TEST'] = 'yes';
  assert.equal(setting('SHOP_TEST'), 'yes');
  delete process.env['SHOP_TEST'];
  assert.throws(() => setting('SHOP_TEST'), /SHOP_TEST is not set/);
});

test('a secret comes from its file, without the line end', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'password'), 'hunter2\n');
  writeFileSync(join(directory, 'empty'), '\n');

  assert.equal(secret('password', directory), 'hunter2');
  assert.throws(() => secret('empty', directory), /the secret empty is empty/);
  assert.throws(() => secret('missing', directory), { code: 'ENOENT' });
});
