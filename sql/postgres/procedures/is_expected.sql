create or replace function etl.is_expected(ours etl.batch, business_date date) returns boolean
language sql immutable
set search_path = ''
as $$
-- Whether files of this date are to come even if none of them ever does.
    select case ours.expected
        when 'daily' then true
        when 'weekdays' then extract(isodow from business_date) < 6
        else false
    end;
$$;
