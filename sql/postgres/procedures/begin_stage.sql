create or replace function etl.begin_stage(load_id uuid, attempt integer) returns text
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Create the stage table of an attempt afresh and answer its qualified name: the declared columns
-- in order, then _row_no and _row_hash, then the columns that files have brought; unlogged, and
-- only null is refused where it is declared so.
-- Raises SC002 for an attempt that is over, SC001 when the live table was altered by hand.
declare
    this etl.load;
    stage text;
    earlier integer;
begin
    perform etl.set_limits();
    this := etl.current_attempt(begin_stage.load_id, begin_stage.attempt);
    perform etl.check_table(this.dataset);

    for earlier in 1..this.attempt loop
        perform etl.drop_stage(etl.stage_name(this.dataset, this.load_id, earlier));
    end loop;
    delete from etl.stage_part
    where etl.stage_part.load_id = this.load_id and etl.stage_part.attempt = this.attempt;

    stage := format('stage.%I', etl.stage_name(this.dataset, this.load_id, this.attempt));
    execute (
        select format(
            'create unlogged table %s (%s, _row_no bigint, _row_hash bigint%s)',
            stage, string_agg(
                format('%I %s%s', name, type, case when nullable then '' else ' not null' end),
                ', ' order by place
            ), (
                select string_agg(format(', %I text', extra.name), '' order by extra.place)
                from etl.extra_columns(this.dataset) as extra
            )
        )
        from etl.declared_columns(this.dataset)
    );
    execute format(
        'comment on table %s is %L', stage,
        format('%s, load %s, attempt %s', this.dataset, this.load_id, this.attempt)
    );
    return stage;
end;
$$;
