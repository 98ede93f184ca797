-- The number of the last event about a host's store. Whoever raises it holds the row's lock until
-- commit, so that numbers are contiguous and in the order of the commits.
create table store_sequence (
  subject text primary key,
  event_sequence bigint not null
);

-- Links that nothing names are looked for by age.
create index blob_link_age on blob_link (repository_id, linked_at);
