create or replace function etl.check_deletes(
    live text, deletes bigint, live_rows bigint, max_share double precision, max_count bigint
) returns void
language plpgsql immutable
set search_path = ''
as $$
-- The delete guard: raise SC001 when more rows would go than the declaration allows.
-- A limit that is null does not limit.
begin
    if deletes > max_share * live_rows or deletes > max_count then
        raise exception '% of % live rows of % (% %%) are not in the file and would be deleted, '
            'max_deletes allows % - send the whole file, or raise max_deletes and replay',
            deletes, live_rows, live, round(100.0 * deletes / live_rows, 1),
            concat_ws(' or ', (max_share * 100) || ' %', max_count || ' rows')
            using errcode = 'SC001';
    end if;
end;
$$;
