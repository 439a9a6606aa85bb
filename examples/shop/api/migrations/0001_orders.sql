CREATE TABLE orders (
  id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  sku          text        NOT NULL,
  quantity     integer     NOT NULL CHECK (quantity > 0),
  email        text        NOT NULL,
  total_cents  integer     NOT NULL CHECK (total_cents >= 0),
  status       text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'confirmed')),
  request_id   text        NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz
);
