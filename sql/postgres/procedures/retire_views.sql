create or replace function etl.retire_views(kept text[]) returns void
language plpgsql
set search_path = ''
as $$
-- Drop the views whose files are gone; `kept` has those of this build, as target:schema.name.
-- Raises SC001 for a view of somebody else that reads one.
declare
    gone record;
    relation regclass;
begin
    for gone in
        select * from etl.dataset_view as ours
        where format('%s:%s.%s', ours.target, ours.schema_name, ours.view_name) <> all (kept)
        order by ours.place desc
    loop
        relation := to_regclass(format('%I.%I', gone.schema_name, gone.view_name));
        if gone.target = 'postgres' and relation is not null then
            perform etl.set_readers_aside(relation);
            perform etl.set_view_aside(relation);
        end if;
        delete from etl.dataset_view as ours
        where ours.target = gone.target and ours.schema_name = gone.schema_name
            and ours.view_name = gone.view_name;
    end loop;
end;
$$;
