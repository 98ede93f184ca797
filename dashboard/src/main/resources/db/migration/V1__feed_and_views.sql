-- Everything here can be rebuilt from the bus: an empty database replays the log.

create table event_feed (
  id          bigint generated always as identity primary key,
  topic       text        not null,
  "partition" integer     not null,
  "offset"    bigint      not null,
  received_at timestamptz not null default now(),
  type        text        not null,
  subject     text,
  event       text        not null,
  unique (topic, "partition", "offset")
);

-- Where to go on reading, moved in the transaction that stores what was read.
create table feed_position (
  topic       text    not null,
  "partition" integer not null,
  next_offset bigint  not null,
  primary key (topic, "partition")
);

-- What the facts of one entity add up to.
create table entity_view (
  position    bigint generated always as identity,
  kind        text        not null,
  id          text        not null,
  state       text        not null,
  updated_at  timestamptz not null default now(),
  document    text        not null,
  primary key (kind, id)
);

create index entity_view_newest on entity_view (kind, position desc);
