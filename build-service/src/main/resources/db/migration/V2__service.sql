-- What the request was, by a keyed hash: the same Idempotency-Key with another request is refused.
ALTER TABLE build ADD COLUMN request_hash text;
-- The files that a build is made of, once they are stored; another attempt takes the same.
ALTER TABLE build ADD COLUMN context text;
-- Images of further targets, and where all came from (SLSA), written with the end.
ALTER TABLE build ADD COLUMN images text;
ALTER TABLE build ADD COLUMN provenance text;
CREATE INDEX build_state ON build (state, position);

-- Values of secrets, encrypted; they go with the end of their build.
CREATE TABLE build_secret (
  build_id text NOT NULL REFERENCES build (id) ON DELETE CASCADE,
  id       text NOT NULL,
  sealed   bytea NOT NULL,
  PRIMARY KEY (build_id, id)
);

-- Logs as JSON lines in pieces of whole lines, each with the number of the bytes before it.
CREATE TABLE build_log (
  build_id   text NOT NULL REFERENCES build (id) ON DELETE CASCADE,
  position   bigint NOT NULL,
  lines      bytea NOT NULL,
  PRIMARY KEY (build_id, position)
);
