create or replace function etl.repeats(dataset text)
returns table (late_id uuid, key text, load_id uuid, is_same boolean, is_refused boolean)
language sql stable
set search_path = ''
as $$
-- The waiting loads of facts without a key whose object had another version appended before, each
-- with the load that did it; `is_same` says that the bytes are the same, as far as S3 tells.
    select distinct on (late.load_id)
        late.load_id, again.key, done.load_id,
        coalesce(again.etag = earlier.etag and again.size = earlier.size, false),
        declared.refuses_versions
    from etl.dataset as declared
    inner join etl.load as late on late.dataset = declared.name
    inner join etl.delivery as again on again.delivery_id = late.delivery_id
    inner join etl.delivery as earlier
        on earlier.bucket = again.bucket and earlier.key = again.key
        and earlier.delivery_id <> again.delivery_id
    inner join etl.load as done
        on done.delivery_id = earlier.delivery_id and done.dataset = declared.name
        and done.state = 'applied'
    where declared.name = repeats.dataset and declared.mode = 'append'
        and declared.key_columns = '{}' and late.state in ('received', 'queued')
        and late.mends is null
    order by
        late.load_id,
        coalesce(again.etag = earlier.etag and again.size = earlier.size, false) desc,
        done.ended_at desc;
$$;
