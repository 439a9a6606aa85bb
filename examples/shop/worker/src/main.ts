import { writeFileSync } from 'node:fs';
import { createLogger, secret, setting, shutdownSignal } from '@shop/common';
import pg from 'pg';
import { createClient } from 'redis';
import type { RedisClientType } from 'redis';
import { jobsIn } from './jobs.js';
import { ordersIn } from './orders.js';
import { work } from './work.js';

const logger = createLogger('worker');
const shutdown = shutdownSignal();

// Host, user and database come from PGHOST, PGUSER and PGDATABASE.
const pool = new pg.Pool({ password: secret('db-password'), connectionTimeoutMillis: 2000 });
pool.on('error', (error) => logger.warn({ error }, 'database connection lost'));

const redis: RedisClientType = createClient({
  url: setting('REDIS_URL'),
  password: secret('cache-password'),
  disableOfflineQueue: true,
});
redis.on('error', (error) => logger.warn({ error }, 'cache connection lost'));
await redis.connect();

const heartbeat = setting('HEARTBEAT_FILE');
logger.info('waiting for orders');
await work(
  {
    jobs: jobsIn(redis, logger),
    orders: ordersIn(pool),
    logger,
    alive: () => writeFileSync(heartbeat, ''),
    now: Date.now,
    restMs: 1000,
  },
  shutdown,
);

await Promise.all([redis.close(), pool.end()]);
logger.info('stopped');
