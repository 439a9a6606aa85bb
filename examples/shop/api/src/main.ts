import { createLogger, JOB_STREAM, secret, setting, shutdownSignal } from '@shop/common';
import pg from 'pg';
import { createClient } from 'redis';
import { migrate } from './migrate.js';
import { ordersIn } from './orders.js';
import { pricingAt } from './pricing.js';
import { buildServer } from './server.js';

const logger = createLogger('api');
const shutdown = shutdownSignal();

// Host, user and database come from PGHOST, PGUSER and PGDATABASE.
const pool = new pg.Pool({ password: secret('db-password'), connectionTimeoutMillis: 2000 });
pool.on('error', (error) => logger.warn({ error }, 'database connection lost'));
await migrate(pool, logger);

const redis = createClient({
  url: setting('REDIS_URL'),
  password: secret('cache-password'),
  // A request is not kept waiting for a cache that is gone.
  disableOfflineQueue: true,
});
redis.on('error', (error) => logger.warn({ error }, 'cache connection lost'));
await redis.connect();

const server = buildServer({
  logger,
  orders: ordersIn(pool),
  pricing: pricingAt(setting('PRICING_URL')),
  enqueue: async (job) => void (await redis.xAdd(JOB_STREAM, '*', job)),
  health: { database: () => pool.query('SELECT 1'), cache: () => redis.ping() },
});

shutdown.addEventListener('abort', async () => {
  await server.close();
  await Promise.all([redis.close(), pool.end()]);
  logger.info('stopped');
});
await server.listen({ host: '0.0.0.0', port: Number(setting('PORT')) });
