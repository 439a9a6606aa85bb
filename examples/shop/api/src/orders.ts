import type { NewOrder, Order, Quote } from '@shop/common';
import type { Pool } from 'pg';

/** The orders in Postgres. */
export interface Orders {
  /** Stores an order as pending. */
  add(order: NewOrder, quote: Quote, requestId: string): Promise<Order>;
  find(id: string): Promise<Order | undefined>;
}

const COLUMNS = `id, sku, quantity, email, status, total_cents AS "totalCents",
  created_at AS "createdAt", confirmed_at AS "confirmedAt"`;

export function ordersIn(pool: Pool): Orders {
  return {
    async add({ sku, quantity, email }, { totalCents }, requestId) {
      const { rows } = await pool.query<Order>(
        `INSERT INTO orders (sku, quantity, email, total_cents, request_id)
         VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
        [sku, quantity, email, totalCents, requestId],
      );
      const [order] = rows;
      if (order === undefined) throw new Error('INSERT returned no row');
      return order;
    },
    async find(id) {
      const { rows } = await pool.query<Order>(`SELECT ${COLUMNS} FROM orders WHERE id = $1`, [id]);
      return rows[0];
    },
  };
}
