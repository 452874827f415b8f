create or replace function etl.business_date(ours etl.batch, key text) returns date
language plpgsql immutable
set search_path = ''
as $$
-- The business date in a key; where its pattern fits several times the last counts, which is the
-- file's name. Null when there is none, or none that is a date.
declare
    found text[];
    part text[];
begin
    select hits.hit into found
    from regexp_matches(key, ours.date_expression, 'g') with ordinality as hits (hit, place)
    order by hits.place desc limit 1;
    if found is null then
        return null;
    end if;
    part := array[
        found[array_position(ours.date_parts, 'yyyy')],
        found[array_position(ours.date_parts, 'MM')],
        found[array_position(ours.date_parts, 'dd')]
    ];
    return make_date(part[1]::integer, part[2]::integer, part[3]::integer);
exception
    when datetime_field_overflow then
        return null;
end;
$$;
