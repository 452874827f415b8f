create or replace function etl.waits_for_lookup(this etl.load) returns text
language sql stable
set search_path = ''
as $$
-- Which dataset a queued load waits for, in words, because it looks up its rows and has none.
    select format(
        'waits for %s, which it looks up and which was never loaded - send it; '
        'this load then starts by itself', etl.unloaded_lookup(this)
    )
    where this.state = 'queued' and etl.unloaded_lookup(this) is not null;
$$;
