import { setTimeout as pause } from 'node:timers/promises';
import type { Logger, OrderJob } from '@shop/common';
import type { Jobs } from './jobs.js';
import type { Orders } from './orders.js';

/** What the worker needs of the world. */
export interface Dependencies {
  jobs: Jobs;
  orders: Orders;
  logger: Logger;
  /** Called whenever all is well: the sign of life that the health check looks for. */
  alive(): void;
  /** Epoch milliseconds. */
  now(): number;
  /** How long to rest after a failure. */
  restMs: number;
}

const SWEEP_EVERY_MS = 60_000;

/**
 * Confirms orders until the signal is aborted. A job may come twice and may not come at all: confirming
 * is idempotent, a job is only done when the order is confirmed, and a sweep finds forgotten orders.
 */
export async function work(world: Dependencies, shutdown: AbortSignal): Promise<void> {
  const { jobs, orders, logger, alive, now, restMs } = world;

  const confirm = async ({ orderId, requestId }: OrderJob) => {
    const changed = await orders.confirm(orderId);
    logger.info({ requestId, orderId }, changed ? 'order confirmed' : 'nothing to confirm');
  };

  let sweptAt = -Infinity;
  while (!shutdown.aborted) {
    try {
      if (now() - sweptAt >= SWEEP_EVERY_MS) {
        for (const order of await orders.forgotten()) await confirm(order);
        // At the start somebody waits for a sign of life, and the first job may be long in coming.
        if (sweptAt === -Infinity) alive();
        sweptAt = now();
      }
      const job = await jobs.take();
      if (job !== undefined) {
        await confirm(job);
        await jobs.done(job);
      }
      alive();
    } catch (error) {
      logger.error({ error }, 'work failed, trying again');
      await pause(restMs, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }
}
