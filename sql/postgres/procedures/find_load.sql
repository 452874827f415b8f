create or replace function etl.find_load(prefix text) returns uuid
language plpgsql stable
set search_path = ''
as $$
-- The one load whose id starts so; raises SC004 with a sentence when there is none, or several.
declare
    candidates uuid[];
begin
    select array_agg(load_id) into candidates from (
        select load_id from etl.load
        where left(load_id::text, length(prefix)) = lower(prefix)
        limit 2
    ) as first_two;
    if candidates is null then
        raise exception 'no load has an id that starts with % - list them with: stagecoach loads',
            quote_literal(prefix) using errcode = 'SC004';
    elsif cardinality(candidates) > 1 then
        raise exception 'several loads have an id that starts with % - give more of it',
            quote_literal(prefix) using errcode = 'SC004';
    end if;
    return candidates[1];
end;
$$;
