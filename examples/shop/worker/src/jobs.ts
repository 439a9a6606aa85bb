import { hostname } from 'node:os';
import { JOB_GROUP, JOB_STREAM, OrderJob } from '@shop/common';
import type { Logger } from '@shop/common';
import type { RedisClientType } from 'redis';

/** A job in hand. It comes again, here or in another worker, unless it is reported done. */
export interface Delivery extends OrderJob {
  deliveryId: string;
}

/** The jobs in a Redis stream: each goes to one worker of the group, and stays until it is done. */
export interface Jobs {
  /** The next job; undefined when none came within a second. */
  take(): Promise<Delivery | undefined>;
  done(delivery: Delivery): Promise<void>;
}

/** How long another worker may keep a job before it is taken over as lost. */
const LOST_AFTER_MS = 30_000;

export function jobsIn(redis: RedisClientType, logger: Logger): Jobs {
  const consumer = hostname();

  const remove = async (deliveryId: string) => {
    await redis.multi().xAck(JOB_STREAM, JOB_GROUP, deliveryId).xDel(JOB_STREAM, deliveryId).exec();
  };

  const lost = async () => {
    const claimed = await redis.xAutoClaim(JOB_STREAM, JOB_GROUP, consumer, LOST_AFTER_MS, '0', {
      COUNT: 1,
    });
    return claimed.messages.find((message) => message !== null);
  };

  const fresh = async () => {
    const streams = { key: JOB_STREAM, id: '>' };
    const options = { COUNT: 1, BLOCK: 1000 };
    const replies = await redis.xReadGroup(JOB_GROUP, consumer, streams, options);
    return replies?.[0]?.messages[0];
  };

  const createGroup = async (error: unknown) => {
    if (!String(error).includes('NOGROUP')) throw error;
    await redis.xGroupCreate(JOB_STREAM, JOB_GROUP, '0', { MKSTREAM: true });
    return undefined;
  };

  return {
    async take() {
      // The first worker of all finds no group; so does the first one after the cache lost its data.
      const message = (await lost().catch(createGroup)) ?? (await fresh());
      if (message === undefined) return undefined;
      const job = OrderJob.safeParse(message.message);
      if (job.success) return { ...job.data, deliveryId: message.id };
      logger.error({ job: message.message, error: job.error }, 'no such job, dropped');
      await remove(message.id);
      return undefined;
    },
    done: ({ deliveryId }) => remove(deliveryId),
  };
}
