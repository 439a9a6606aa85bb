import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@shop/common';
import type { Pool } from 'pg';
import { migrate } from './migrate.js';

/** A database that records statements, knows some migrations, and can refuse a statement. */
function fakePool(applied: string[], refuse?: RegExp) {
  const statements: string[] = [];
  const client = {
    query(sql: string, values: unknown[] = []) {
      statements.push([sql.trim().split('\n')[0], ...values].join(' '));
      if (refuse?.test(sql)) return Promise.reject(new Error('refused'));
      return Promise.resolve({ rows: applied.map((name) => ({ name })) });
    },
    release: () => statements.push('released'),
  };
  const pool = { connect: () => Promise.resolve(client) } as unknown as Pick<Pool, 'connect'>;
  return { pool, statements };
}

const logger = createLogger('test', 'silent');

test('a new database gets every migration, in order, under the lock', async () => {
  const { pool, statements } = fakePool([]);
  await migrate(pool, logger);
  assert.deepEqual(statements, [
    'BEGIN',
    'SELECT pg_advisory_xact_lock($1) 20261121',
    'CREATE TABLE IF NOT EXISTS migrations (',
    'SELECT name FROM migrations',
    'CREATE TABLE orders (',
    'INSERT INTO migrations (name) VALUES ($1) 0001_orders.sql',
    '-- The worker looks for orders that have been pending for too long. There are few at any time.',
    'INSERT INTO migrations (name) VALUES ($1) 0002_pending_orders.sql',
    'COMMIT',
    'released',
  ]);
});

test('what is applied already is left alone', async () => {
  const { pool, statements } = fakePool(['0001_orders.sql', '0002_pending_orders.sql']);
  await migrate(pool, logger);
  assert.equal(statements.filter((sql) => /^(CREATE TABLE orders|INSERT)/.test(sql)).length, 0);
});

test('a migration that fails leaves nothing behind', async () => {
  const { pool, statements } = fakePool([], /CREATE INDEX/);
  await assert.rejects(migrate(pool, logger), /refused/);
  assert.deepEqual(statements.slice(-2), ['ROLLBACK', 'released']);
  assert.ok(!statements.includes('COMMIT'));
});
