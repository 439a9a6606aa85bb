import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from '@shop/common';
import type { Pool } from 'pg';

/** Any number that nothing else in this database uses as an advisory lock. */
const MIGRATION_LOCK = 20_261_121;

/**
 * Applies the .sql files that the database has not seen yet, in name order and all in one transaction.
 * Several instances can start at once: one migrates, the others wait for the lock and find it done.
 */
export async function migrate(
  pool: Pick<Pool, 'connect'>,
  logger: Logger,
  directory = new URL('../migrations/', import.meta.url),
): Promise<void> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS migrations (
         name text PRIMARY KEY,
         applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const applied = new Set(rows.map((row) => row.name));
    for (const name of files.filter((file) => !applied.has(file))) {
      await client.query(await readFile(new URL(name, directory), 'utf8'));
      await client.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
      logger.info({ migration: name }, 'database migrated');
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
