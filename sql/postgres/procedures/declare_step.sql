create or replace function etl.declare_step(
    name text, schema_name text, procedure_name text, description text
) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Keep what a file of steps/ has called after a merge. Raises SC001 when the file did not make that
-- procedure.
declare
    wanted text := format('%I.%I(uuid)', schema_name, procedure_name);
begin
    if not exists (
        select from pg_catalog.pg_proc
        where oid = pg_catalog.to_regprocedure(wanted) and prokind = 'p'
    ) then
        raise exception 'there is no procedure % - wanted: create or replace procedure '
            '%.%(load_id uuid)', wanted, schema_name, procedure_name using errcode = 'SC001';
    end if;
    insert into etl.project_step (name, schema_name, procedure_name, description)
    values (
        declare_step.name, declare_step.schema_name, declare_step.procedure_name,
        declare_step.description
    )
    on conflict (name) do update
        set schema_name = excluded.schema_name, procedure_name = excluded.procedure_name,
            description = excluded.description, deployed_at = clock_timestamp();
end;
$$;
