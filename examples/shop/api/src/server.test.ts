import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@shop/common';
import type { Order, OrderJob } from '@shop/common';
import { PricingUnavailable } from './pricing.js';
import { buildServer } from './server.js';
import type { Dependencies } from './server.js';

const ID = '0a6e8d3c-5a86-4d0c-9f0e-6f1f4a0d9f11';
const body = { sku: 'mug', quantity: 2, email: 'ada@example.com' };

/** The server over fakes: orders in a map, mugs at 5.00, jobs in an array. */
function shop(changes: Partial<Dependencies> = {}) {
  const stored = new Map<string, Order>();
  const jobs: OrderJob[] = [];
  const server = buildServer({
    logger: createLogger('test', 'silent'),
    orders: {
      async add(order, { totalCents }) {
        const createdAt = new Date(0);
        const full = {
          ...order,
          id: ID,
          status: 'pending',
          totalCents,
          createdAt,
          confirmedAt: null,
        };
        stored.set(ID, full as Order);
        return full as Order;
      },
      find: async (id) => stored.get(id),
    },
    pricing: {
      async quote(sku, quantity) {
        if (sku !== 'mug') return undefined;
        return { sku, quantity, unitCents: 500, discountPercent: 0, totalCents: 500 * quantity };
      },
    },
    enqueue: async (job) => void jobs.push(job),
    health: { database: async () => 1, cache: async () => 1 },
    ...changes,
  });
  return { server, jobs };
}

test('an order is priced, stored as pending, handed to the worker, and can be read back', async () => {
  const { server, jobs } = shop();
  const headers = { 'x-request-id': 'r-1' };
  const placed = await server.inject({ method: 'POST', url: '/orders', headers, body });

  assert.equal(placed.statusCode, 201);
  assert.equal(placed.headers['x-request-id'], 'r-1');
  assert.equal(placed.headers.location, `/orders/${ID}`);
  assert.equal(placed.json<Order>().totalCents, 1000);
  assert.deepEqual(jobs, [{ orderId: ID, requestId: 'r-1' }]);

  const read = await server.inject(`/orders/${ID}`);
  assert.equal(read.json<Order>().status, 'pending');
});

test('a wrong order is refused, field by field', async () => {
  const { server, jobs } = shop();
  const wrong = { ...body, quantity: 0, email: 'ada' };
  const response = await server.inject({ method: 'POST', url: '/orders', body: wrong });
  assert.equal(response.statusCode, 400);
  const { problems } = response.json<{ problems: { field: string }[] }>();
  assert.deepEqual(problems.map(({ field }) => field).sort(), ['email', 'quantity']);
  assert.deepEqual(jobs, []);
});

test('what is not JSON is refused', async () => {
  const headers = { 'content-type': 'application/json' };
  const { server } = shop();
  const response = await server.inject({ method: 'POST', url: '/orders', headers, body: '{' });
  assert.equal(response.statusCode, 400);
});

test('an unknown article cannot be ordered', async () => {
  const request = { method: 'POST', url: '/orders', body: { ...body, sku: 'cup' } } as const;
  assert.equal((await shop().server.inject(request)).statusCode, 422);
});

test('without pricing there is no order', async () => {
  const pricing = { quote: () => Promise.reject(new PricingUnavailable('no price to be had')) };
  const { server } = shop({ pricing });
  const response = await server.inject({ method: 'POST', url: '/orders', body });
  assert.equal(response.statusCode, 502);
  assert.deepEqual(response.json(), { error: 'no price to be had' });
});

test('an order is kept when the queue is down', async () => {
  const { server } = shop({ enqueue: () => Promise.reject(new Error('down')) });
  const response = await server.inject({ method: 'POST', url: '/orders', body });
  assert.equal(response.statusCode, 201);
});

test('an internal error does not leak', async () => {
  const orders = { add: () => Promise.reject(new Error('password')), find: async () => undefined };
  const { server } = shop({ orders });
  const response = await server.inject({ method: 'POST', url: '/orders', body });
  assert.equal(response.statusCode, 500);
  assert.deepEqual(response.json(), { error: 'internal error' });
});

test('orders that do not exist, or cannot', async () => {
  const { server } = shop();
  assert.equal((await server.inject(`/orders/${ID}`)).statusCode, 404);
  assert.equal((await server.inject('/orders/1')).statusCode, 400);
});

test('a quote stores nothing', async () => {
  const { server, jobs } = shop();
  const response = await server.inject('/quote?sku=mug&quantity=3');
  assert.equal(response.json<{ totalCents: number }>().totalCents, 1500);
  assert.equal((await server.inject('/quote?sku=cup&quantity=3')).statusCode, 404);
  assert.deepEqual(jobs, []);
});

test('health names what is down', async () => {
  assert.equal((await shop().server.inject('/healthz')).statusCode, 200);
  const health = { database: async () => 1, cache: () => Promise.reject(new Error('refused')) };
  const response = await shop({ health }).server.inject('/healthz');
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { database: 'ok', cache: 'down' });
});
