create or replace function etl.set_readers_aside(relation regclass) returns void
language plpgsql
set search_path = ''
as $$
-- Drop the views of ours that read a relation, until the deployment that runs makes them again.
-- Raises SC001 for a view of somebody else: a person must drop it and make it again.
declare
    stranger record;
    each record;
begin
    select reader, pg_catalog.pg_get_viewdef(reader) as definition, kind into stranger
    from etl.view_readers(relation) where not is_ours order by depth desc limit 1;
    if found then
        raise exception '% changes, and % reads it, which no file of views/ is - run: '
            'drop %view %; then deploy, and: create %view % as %',
            relation, stranger.reader,
            case stranger.kind when 'm' then 'materialized ' else '' end, stranger.reader,
            case stranger.kind when 'm' then 'materialized ' else '' end, stranger.reader,
            stranger.definition
            using errcode = 'SC001';
    end if;
    for each in select reader from etl.view_readers(relation) order by depth desc loop
        perform etl.set_view_aside(each.reader);
    end loop;
end;
$$;
