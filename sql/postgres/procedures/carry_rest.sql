create or replace function etl.carry_rest(this etl.load, stage text) returns bigint
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Mended rows of a file that was the whole truth are merged as a part of that file: the stage
-- table gets, beside them, every row that the table holds of other keys, so that the merge finds
-- nothing to delete. Answers how many; 0 for any other load.
-- A history ended the keys of refused rows with the file that lacked them: those versions are open
-- again, so that the merge finds what it would have found if the rows had been good at once.
declare
    declared etl.dataset;
    live text;
    meets text;
    names text;
    carried bigint;
begin
    if this.fills_whole is not true then
        return 0;
    end if;
    perform etl.check_newest(this);
    select * into declared from etl.dataset where etl.dataset.name = this.dataset;
    live := format('%I.%I', declared.target_schema, declared.target_table);
    execute format('lock table %s in share row exclusive mode', live);
    select string_agg(format('staged.%1$I = live.%1$I', key), ' and ') into meets
    from unnest(declared.key_columns) as key;
    select string_agg(format('%I', name), ', ' order by place) into names
    from etl.live_columns(this.dataset) where place <= 10000;

    if declared.mode = 'history' then
        execute format(
            'update %1$s as live set valid_to = null from stage.%2$I as staged '
            'where %3$s and live.valid_to = $1 and not exists '
            '(select from %1$s as current where %4$s and current.is_current)',
            live, stage, meets, replace(meets, 'live.', 'current.')
        ) using etl.sent_at(this);
    end if;
    execute format(
        'insert into stage.%1$I (%2$s, _row_no, _row_hash) select %2$s, 0, 0 from %3$s as live '
        'where %4$s and not exists (select from stage.%1$I as staged where %5$s)',
        stage, names, live,
        case when declared.mode = 'history' then 'live.is_current' else 'true' end,
        coalesce(meets, 'false')
    );
    get diagnostics carried = row_count;
    execute format('analyze stage.%I', stage);
    return carried;
end;
$$;
