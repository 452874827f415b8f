create or replace function etl.keep_rejects(load_id uuid, rejects jsonb) returns void
language sql
set search_path = ''
as $$
-- Keep the first refused rows of a load where people look; settings say how many.
    insert into etl.reject_sample (load_id, place, line, "column", rule, found, wanted, raw)
    select
        keep_rejects.load_id, listed.place, (listed.item ->> 'line')::bigint,
        listed.item ->> 'column', coalesce(listed.item ->> 'rule', 'not said'),
        listed.item ->> 'found', listed.item ->> 'wanted', listed.item ->> 'raw'
    from jsonb_array_elements(
        case when jsonb_typeof(keep_rejects.rejects) = 'array'
            then keep_rejects.rejects else '[]'
        end
    ) with ordinality as listed (item, place)
    where listed.place <= (select settings.keep_rejects from etl.settings)
    on conflict do nothing;
$$;
