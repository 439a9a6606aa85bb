import { z } from 'zod';

/** What `parse` of every schema here throws. */
export { ZodError } from 'zod';

/** What a customer sends. */
export const NewOrder = z.strictObject({
  sku: z.string().regex(/^[a-z0-9-]{1,32}$/, 'lower-case letters, digits and dashes, at most 32'),
  quantity: z.int().min(1).max(1000),
  email: z.email().max(254),
});
export type NewOrder = z.infer<typeof NewOrder>;

/** What somebody asks the price of. Numbers arrive as text in a query string. */
export const QuoteQuery = NewOrder.pick({ sku: true }).extend({
  quantity: z.coerce.number().pipe(NewOrder.shape.quantity),
});

/** What `pricing` answers. Money is in whole cents. */
export const Quote = z.object({
  sku: z.string(),
  quantity: z.int(),
  unitCents: z.int(),
  discountPercent: z.number(),
  totalCents: z.int(),
});
export type Quote = z.infer<typeof Quote>;

/** An order as it is stored: `pending` until the worker has confirmed it. */
export interface Order extends NewOrder {
  id: string;
  status: 'pending' | 'confirmed';
  totalCents: number;
  createdAt: Date;
  confirmedAt: Date | null;
}

export const OrderId = z.uuid();

/** What the API hands to the worker. The request id ties the logs of both together. */
export const OrderJob = z.object({ orderId: OrderId, requestId: z.string() });
export type OrderJob = z.infer<typeof OrderJob>;

/** The Redis stream that carries the jobs, and the group of workers that share them. */
export const JOB_STREAM = 'orders';
export const JOB_GROUP = 'workers';
