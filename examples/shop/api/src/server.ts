import { randomUUID } from 'node:crypto';
import { NewOrder, OrderId, QuoteQuery, ZodError } from '@shop/common';
import type { Logger, OrderJob } from '@shop/common';
import Fastify, { LogController } from 'fastify';
import type { Orders } from './orders.js';
import type { Pricing } from './pricing.js';

/** What the routes need of the world. */
export interface Dependencies {
  logger: Logger;
  orders: Orders;
  pricing: Pricing;
  /** Hands a job to the worker. */
  enqueue(job: OrderJob): Promise<void>;
  /** Name → a check that rejects when that thing is not well. */
  health: Record<string, () => Promise<unknown>>;
}

export function buildServer({ logger, orders, pricing, enqueue, health }: Dependencies) {
  const server = Fastify({
    loggerInstance: logger,
    requestIdHeader: 'x-request-id',
    genReqId: () => randomUUID(),
    logController: new LogController({
      requestIdLogLabel: 'requestId',
      disableRequestLogging: true, // One line a request is enough: see onResponse.
    }),
  });

  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.addHook('onResponse', async ({ method, url, log }, reply) => {
    if (url === '/healthz') return;
    const durationMs = Math.round(reply.elapsedTime);
    log.info({ method, url, status: reply.statusCode, durationMs }, 'request');
  });
  server.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send({ error: `nothing here: ${method} ${url}` }),
  );
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof ZodError) {
      const problems = error.issues.map(({ path, message }) => ({
        field: path.join('.'),
        message,
      }));
      return reply.code(400).send({ error: 'invalid request', problems });
    }
    const { statusCode: status = 500, message } = error as Error & { statusCode?: number };
    if (status < 500) return reply.code(status).send({ error: message });
    request.log.error({ error }, message);
    return reply.code(status).send({ error: status === 502 ? message : 'internal error' });
  });

  server.get('/quote', async (request, reply) => {
    const { sku, quantity } = QuoteQuery.parse(request.query);
    const quote = await pricing.quote(sku, quantity, request.id);
    return quote ?? reply.code(404).send({ error: `no article ${sku}` });
  });

  server.post('/orders', async (request, reply) => {
    const newOrder = NewOrder.parse(request.body);
    const quote = await pricing.quote(newOrder.sku, newOrder.quantity, request.id);
    if (quote === undefined) return reply.code(422).send({ error: `no article ${newOrder.sku}` });

    const order = await orders.add(newOrder, quote, request.id);
    try {
      await enqueue({ orderId: order.id, requestId: request.id });
    } catch (error) {
      // The order is safe in the database: the worker finds it there, only later.
      request.log.warn({ error, orderId: order.id }, 'order not enqueued');
    }
    return reply.code(201).header('location', `/orders/${order.id}`).send(order);
  });

  server.get<{ Params: { id: string } }>('/orders/:id', async (request, reply) => {
    const id = OrderId.parse(request.params.id);
    return (await orders.find(id)) ?? reply.code(404).send({ error: `no order ${id}` });
  });

  server.get('/healthz', async (_, reply) => {
    const names = Object.keys(health);
    const results = await Promise.allSettled(Object.values(health).map((check) => check()));
    const healthy = results.every(({ status }) => status === 'fulfilled');
    const report = results.map(({ status }, i) => [
      names[i],
      status === 'fulfilled' ? 'ok' : 'down',
    ]);
    return reply.code(healthy ? 200 : 503).send(Object.fromEntries(report));
  });

  return server;
}
