create or replace function etl.check_deletes(
    this etl.load, live text, deletes bigint, live_rows bigint,
    max_share double precision, max_count bigint
) returns void
language plpgsql immutable
set search_path = ''
as $$
-- The delete guard: raise SC005, with the number in its detail, when more rows would go than the
-- declaration allows and than a person approved for this load. A limit that is null does not limit.
begin
    if (deletes > max_share * live_rows or deletes > max_count)
        and (deletes <= this.approved_deletes) is not true
    then
        raise exception '% of % live rows of % (% %%) are not in the file and would be deleted, % '
            'allows % - send the whole file, or look and let it through: stagecoach approve %',
            deletes, live_rows, live, round(100.0 * deletes / live_rows, 1),
            case when this.approved_deletes is null then 'max_deletes' else 'the approval' end,
            coalesce(
                this.approved_deletes || ' rows',
                concat_ws(' or ', (max_share * 100) || ' %', max_count || ' rows')
            ),
            left(this.load_id::text, 8)
            using errcode = 'SC005', detail = deletes::text;
    end if;
end;
$$;
