import type { OrderJob } from '@shop/common';
import type { Pool } from 'pg';

/** The orders in Postgres, as the worker sees them. */
export interface Orders {
  /** True when the order was pending; false when it is confirmed already, or does not exist. */
  confirm(orderId: string): Promise<boolean>;
  /** Orders whose job got lost on the way: pending for more than a minute. */
  forgotten(): Promise<OrderJob[]>;
}

export function ordersIn(pool: Pool): Orders {
  return {
    async confirm(orderId) {
      const { rowCount } = await pool.query(
        `UPDATE orders SET status = 'confirmed', confirmed_at = now()
         WHERE id = $1 AND status = 'pending'`,
        [orderId],
      );
      return rowCount === 1;
    },
    async forgotten() {
      const { rows } = await pool.query<OrderJob>(
        `SELECT id AS "orderId", request_id AS "requestId" FROM orders
         WHERE status = 'pending' AND created_at < now() - interval '1 minute'
         ORDER BY created_at LIMIT 100`,
      );
      return rows;
    },
  };
}
