create or replace function etl.loads(dataset text, max_rows integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- The newest loads first, of one dataset or (null) of all.
begin
    return (
        select coalesce(jsonb_agg(etl.load_json(newest.load_id) order by newest.place), '[]')
        from (
            select
                candidate.load_id,
                row_number() over (
                    order by candidate.received_at desc, candidate.load_id
                ) as place
            from etl.load as candidate
            where loads.dataset is null or candidate.dataset = loads.dataset
            order by candidate.received_at desc, candidate.load_id
            limit max_rows
        ) as newest
    );
end;
$$;
