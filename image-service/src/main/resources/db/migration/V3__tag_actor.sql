-- Who moved it, as they say themselves.
alter table tag_history add column actor text;
create index tag_history_past on tag_history (repository_id, name, changed_at);
