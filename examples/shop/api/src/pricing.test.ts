import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { PricingUnavailable, pricingAt } from './pricing.js';

const quote = { sku: 'mug', quantity: 3, unitCents: 500, discountPercent: 0, totalCents: 1500 };

async function pricingThat(t: TestContext, answer: RequestListener, timeoutMs?: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return pricingAt(`http://127.0.0.1:${port}`, timeoutMs);
}

test('asks for article and quantity, and passes the request id on', async (t) => {
  const pricing = await pricingThat(t, (request, response) => {
    assert.equal(request.url, '/price?sku=mug&quantity=3');
    assert.equal(request.headers['x-request-id'], 'r-1');
    response.end(JSON.stringify(quote));
  });
  assert.deepEqual(await pricing.quote('mug', 3, 'r-1'), quote);
});

test('an unknown article has no price', async (t) => {
  const pricing = await pricingThat(t, (_, response) => response.writeHead(404).end());
  assert.equal(await pricing.quote('mug', 3, 'r-1'), undefined);
});

for (const [what, answer] of [
  ['fails', (_, response) => response.writeHead(500).end()],
  ['talks nonsense', (_, response) => response.end('{"totalCents":"free"}')],
  ['never answers', () => undefined],
] satisfies [string, RequestListener][]) {
  test(`is unavailable when the service ${what}`, async (t) => {
    const pricing = await pricingThat(t, answer, 100);
    await assert.rejects(pricing.quote('mug', 3, 'r-1'), PricingUnavailable);
  });
}
