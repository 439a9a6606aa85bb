-- The worker looks for orders that have been pending for too long. There are few at any time.
CREATE INDEX orders_pending ON orders (created_at) WHERE status = 'pending';
