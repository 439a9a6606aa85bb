import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewOrder, OrderJob, QuoteQuery } from './order.js';

const order = { sku: 'mug-blue', quantity: 2, email: 'ada@example.com' };

test('a good order passes unchanged', () => {
  assert.deepEqual(NewOrder.parse(order), order);
});

for (const [what, wrong] of [
  ['no quantity', { ...order, quantity: undefined }],
  ['none of it', { ...order, quantity: 0 }],
  ['half a mug', { ...order, quantity: 0.5 }],
  ['more than a lorry holds', { ...order, quantity: 1001 }],
  ['a sku that could be a path', { ...order, sku: '../etc' }],
  ['an address without @', { ...order, email: 'ada' }],
  ['a field nobody knows', { ...order, totalCents: 1 }],
] as const) {
  test(`an order is refused: ${what}`, () => {
    assert.equal(NewOrder.safeParse(wrong).success, false);
  });
}

test('a quote reads its quantity from text', () => {
  assert.deepEqual(QuoteQuery.parse({ sku: 'mug', quantity: '3' }), { sku: 'mug', quantity: 3 });
  assert.equal(QuoteQuery.safeParse({ sku: 'mug', quantity: 'three' }).success, false);
});

test('a job names an order by its id', () => {
  assert.equal(OrderJob.safeParse({ orderId: '1; drop table', requestId: 'r' }).success, false);
});
