create or replace function etl.check_equation(counts jsonb, merged etl.merge_counts) returns void
language plpgsql immutable
set search_path = ''
as $$
-- Raise SC001 unless every line and every good row is accounted for.
declare
    lines bigint := (counts ->> 'read')::bigint;
    header bigint := (counts ->> 'header')::bigint;
    good bigint := (counts ->> 'good')::bigint;
    rejected bigint := (counts ->> 'rejected')::bigint;
begin
    if (lines = header + good + rejected) is not true then
        raise exception 'lines do not add up: % read, but % header + % good + % rejected',
            lines, header, good, rejected using errcode = 'SC001';
    end if;
    if good <> merged.inserted + merged.updated + merged.unchanged + merged.stale
        + merged.deduplicated
    then
        raise exception 'rows do not add up: % good, but % inserted + % updated + % unchanged '
            '+ % stale + % deduplicated', good, merged.inserted, merged.updated,
            merged.unchanged, merged.stale, merged.deduplicated using errcode = 'SC001';
    end if;
end;
$$;
