create or replace function etl.is_stale(dataset text) returns boolean
language plpgsql stable
set search_path = ''
as $$
-- Whether a mart lacks something: it was computed by another recipe or of other loads than there
-- are, in its newest build, however that ended, so a refused build is not tried again. False for
-- what is no mart, and while an input was never loaded.
declare
    newest etl.load := etl.newest_build(is_stale.dataset);
    parts jsonb := etl.mart_parts(is_stale.dataset);
    asked etl.mart_build;
begin
    if parts is null then
        return false;
    end if;
    select * into asked from etl.mart_build as build where build.load_id = newest.load_id;
    return asked.recipe is distinct from (
        select declared.recipe from etl.dataset as declared
        where declared.name = is_stale.dataset
    ) or parts is distinct from etl.pinned_inputs(newest.load_id);
end;
$$;
