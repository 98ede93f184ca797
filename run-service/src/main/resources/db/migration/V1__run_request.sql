-- Which host has taken which request: one row, one effect, however often the request arrives.
create table run_request (
  run_id       text        primary key,
  source       text        not null,
  event_id     text        not null,
  host_id      text        not null,
  -- The request as a structured CloudEvent; bytes, since not every JSON text is a valid jsonb.
  request      bytea       not null,
  accepted_at  timestamptz not null default now(),
  -- From here on the host's own journal answers for the run.
  journaled_at timestamptz
);

create index run_request_open on run_request (host_id) where journaled_at is null;
create index run_request_age on run_request (accepted_at);
