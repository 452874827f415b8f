create or replace function etl.batch_of(dataset text) returns etl.batch
language sql stable
set search_path = ''
as $$
-- The batch that a dataset is a member of; a row of nulls when it is in none.
    select * from etl.batch as ours where batch_of.dataset = any(ours.members) limit 1;
$$;
