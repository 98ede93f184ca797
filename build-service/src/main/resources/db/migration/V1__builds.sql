-- A build is one row from the moment it is accepted; it is also the queue.
CREATE TABLE build (
  id               text PRIMARY KEY,
  position         bigserial UNIQUE,
  state            text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  spec             text NOT NULL,
  request_id       text NOT NULL,
  correlation_id   text,
  attempt          integer NOT NULL DEFAULT 0,
  owner            text,
  lease_until      timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  sequence         bigint NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  started_at       timestamptz,
  finished_at      timestamptz,
  image_digest     text,
  error            text
);
CREATE INDEX build_unfinished ON build (position) WHERE state IN ('queued', 'running');
CREATE INDEX build_id_prefix ON build (id text_pattern_ops);

-- Steps of the present attempt.
CREATE TABLE build_step (
  build_id        text NOT NULL REFERENCES build (id) ON DELETE CASCADE,
  number          integer NOT NULL,
  total           integer NOT NULL,
  stage           text NOT NULL,
  instruction     text NOT NULL,
  state           text NOT NULL,
  cached          boolean NOT NULL DEFAULT false,
  cache_miss      text,
  duration_millis bigint,
  PRIMARY KEY (build_id, number)
);

-- Events that are not in Kafka yet, written with the change that they tell of.
CREATE TABLE outbox (
  position bigserial PRIMARY KEY,
  topic    text NOT NULL,
  key      text NOT NULL,
  event_id text NOT NULL,
  value    bytea NOT NULL
);

-- Up to where each partition is known to hold nothing that is still in the outbox.
CREATE TABLE outbox_mark (
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- Results of steps by content key; the layer itself is a blob in the registry.
CREATE TABLE cache_entry (
  key        text PRIMARY KEY,
  chain      text NOT NULL,
  layer      text,
  inputs     text NOT NULL,
  created_at timestamptz NOT NULL,
  used_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cache_entry_used ON cache_entry (used_at);

-- The key that a place in a Dockerfile had last: with it a miss can say what changed.
CREATE TABLE cache_slot (
  slot    text PRIMARY KEY,
  key     text NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cache_slot_used ON cache_slot (used_at);
