import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@shop/common';
import type { OrderJob } from '@shop/common';
import type { Delivery } from './jobs.js';
import { work } from './work.js';

const job = (orderId: string) => ({ orderId, requestId: 'r', deliveryId: `d-${orderId}` });

/** Runs the worker over these jobs until there are no more; `confirm` may refuse. */
async function run({
  queue = [] as Delivery[],
  forgotten = [] as OrderJob[],
  confirm = async () => true,
}) {
  const shutdown = new AbortController();
  const seen = { confirmed: [] as string[], done: [] as string[], alive: 0 };
  const waiting = [...queue];
  await work(
    {
      jobs: {
        async take() {
          const next = waiting.shift();
          if (next === undefined) shutdown.abort();
          return next;
        },
        done: async ({ deliveryId }) => void seen.done.push(deliveryId),
      },
      orders: {
        async confirm(id) {
          seen.confirmed.push(id);
          return confirm();
        },
        forgotten: async () => forgotten,
      },
      logger: createLogger('test', 'silent'),
      alive: () => (seen.alive += 1),
      now: () => 0,
      restMs: 0,
    },
    shutdown.signal,
  );
  return seen;
}

test('confirms every order, then reports its job done', async () => {
  const { confirmed, done } = await run({ queue: [job('1'), job('2')] });
  assert.deepEqual(confirmed, ['1', '2']);
  assert.deepEqual(done, ['d-1', 'd-2']);
});

test('a job that comes twice does no harm', async () => {
  const { done } = await run({ queue: [job('1'), job('1')], confirm: async () => false });
  assert.deepEqual(done, ['d-1', 'd-1']);
});

test('a job that fails is not done, and the next one is worked on', async () => {
  const answers = [() => Promise.reject(new Error('database gone')), async () => true];
  const confirm = () => (answers.shift() ?? assert.fail())();
  const { done, alive } = await run({ queue: [job('1'), job('2')], confirm });
  assert.deepEqual(done, ['d-2']);
  // At the start, after the second one, and when there was nothing more.
  assert.equal(alive, 3);
});

test('orders whose job got lost are confirmed first', async () => {
  const { confirmed } = await run({ queue: [job('2')], forgotten: [job('1')] });
  assert.deepEqual(confirmed, ['1', '2']);
});
