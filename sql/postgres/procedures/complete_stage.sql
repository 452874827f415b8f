create or replace function etl.complete_stage(this etl.load, stage text, manifest jsonb)
returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Give staged rows the values that their keys hold now in every column that the file lacks, so
-- that whatever the mode does with them keeps those values and counts no change. Keys that are new
-- stay null there, and so does everything of a table without a key or that is replaced whole.
-- A file that has every column costs nothing here. Notes what drifted.
declare
    declared etl.dataset;
    live text;
    missing text[] := etl.missing_columns(this.dataset, stage, manifest);
    meets text;
    lacks record;
begin
    perform etl.note_drift(this, missing, coalesce(manifest -> 'drift', '[]'));
    if missing = '{}' then
        return;
    end if;

    select * into declared from etl.dataset where etl.dataset.name = this.dataset;
    live := format('%I.%I', declared.target_schema, declared.target_table);
    for lacks in
        select * from etl.live_columns(this.dataset) as wanted where wanted.name = any(missing)
    loop
        execute format(
            'alter table stage.%I add column if not exists %I %s', stage, lacks.name, lacks.type
        );
    end loop;
    if declared.key_columns = '{}' or declared.mode = 'replace' then
        return;
    end if;

    select string_agg(format('staged.%1$I = live.%1$I', key), ' and ') into meets
    from unnest(declared.key_columns) as key;
    if declared.mode = 'history' then
        meets := meets || format(
            ' and live.valid_from <= %1$s and coalesce(live.valid_to > %1$s, true)',
            etl.moment_of(this, declared.order_by)
        );
    end if;
    execute format('lock table %s in share row exclusive mode', live);
    execute format(
        'update stage.%I as staged set %s from %s as live where %s and num_nonnulls(%s) > 0',
        stage,
        (select string_agg(format('%1$I = live.%1$I', name), ', ') from unnest(missing) as name),
        live, meets,
        (select string_agg(format('live.%I', name), ', ') from unnest(missing) as name)
    );
    execute format('analyze stage.%I', stage);
end;
$$;
