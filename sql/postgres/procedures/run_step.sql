create or replace function etl.run_step(load_id uuid, name text) returns void
language plpgsql
set search_path = ''
as $$
-- Call the procedure of one step and note how long it took. What it raises, and what a constraint
-- says that waited until now, is raised as SC001: the load is refused. What may pass by itself, a
-- lock that is not to be had or a connection that broke, is raised as it is.
declare
    started_at timestamptz := clock_timestamp();
    step etl.project_step;
    noted text := 'after ' || name;
    said text;
    code text;
    place text;
begin
    select * into step from etl.project_step as this where this.name = run_step.name;
    if step.name is null then
        raise exception 'the database does not know step % - run the migrate function', name
            using errcode = 'SC001';
    end if;
    begin
        execute format('call %I.%I($1)', step.schema_name, step.procedure_name) using load_id;
        set constraints all immediate;
    exception when others or assert_failure then
        get stacked diagnostics
            said = message_text, code = returned_sqlstate, place = pg_exception_context;
        if left(code, 2) in ('08', '40', '53', '57') or code in ('55P03', '25006') then
            raise;
        end if;
        raise exception 'step %: %', name, said || case
            when code in ('P0001', 'SC001') then ''
            else format(
                ' (%s, %s)', code, coalesce(substring(place, e'[^ \n]*SQL function [^\n]*'), place)
            )
        end using errcode = 'SC001';
    end;
    perform etl.step(
        load_id, noted, extract(epoch from clock_timestamp() - started_at)::float8,
        (
            select counted.detail from etl.load as this
            inner join etl.load_step as counted using (load_id, attempt)
            where this.load_id = run_step.load_id and counted.step = noted
        )
    );
end;
$$;
