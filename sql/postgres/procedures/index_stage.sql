create or replace function etl.index_stage(this etl.load, key_columns text[]) returns boolean
language plpgsql
set search_path = ''
as $$
-- Give a load's stage table a unique index over its key, and the statistics that plans need;
-- answers false, and leaves no index, where two rows have one key.
-- Building the index finds duplicates by sorting keys alone, and reading through it lets the merge
-- walk both tables in the order of the key: time grows with the rows, and memory does not.
declare
    stage text := etl.stage_name(this.dataset, this.load_id, this.attempt);
    key_list text := (
        select string_agg(format('%I', name), ', ' order by place)
        from unnest(key_columns) with ordinality as key (name, place)
    );
begin
    execute format(
        'create unique index on stage.%I (%s) nulls not distinct', stage, key_list
    );
    execute format('analyze stage.%I (%s)', stage, key_list);
    return true;
exception when unique_violation then
    return false;
end;
$$;
