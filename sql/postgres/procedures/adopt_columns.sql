create or replace function etl.adopt_columns(load_id uuid, attempt integer, extras jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Add the undeclared columns of a file ([{name, found}, ..]; found is the name in the file) to the
-- live table, as text that may be null, in a transaction of its own: a column without values
-- changes nothing for readers, who need not wait while the rows are merged. Answers the new names.
-- Raises SC001 when the declaration is strict or the table would get too many of them, SC002 for
-- an attempt that is over, 55P03 when the table stays in use (etl.change_live).
declare
    this etl.load;
    declared etl.dataset;
    live regclass;
    known text[];
    added jsonb;
    present bigint;
    most integer := (select max_extra_columns from etl.settings);
begin
    if extras = '[]' then
        return extras;
    end if;
    perform etl.set_limits();
    this := etl.current_attempt(adopt_columns.load_id, adopt_columns.attempt);
    perform etl.check_table(this.dataset);
    select * into declared from etl.dataset where name = this.dataset;
    live := to_regclass(format('%I.%I', declared.target_schema, declared.target_table));
    known := array(select name from etl.live_columns(this.dataset));

    select coalesce(jsonb_agg(item order by place), '[]') into added
    from jsonb_array_elements(extras) with ordinality as listed (item, place)
    where item ->> 'name' <> all(known);
    if added = '[]' then
        return added;
    end if;

    if declared.drift <> 'evolve' then
        raise exception 'the file has % beyond the declared columns of %, whose declaration is '
            'strict - declare them, or set drift: evolve',
            (select string_agg(item ->> 'found', ', ') from jsonb_array_elements(added) as item),
            this.dataset using errcode = 'SC001';
    end if;
    present := (select count(*) from etl.extra_columns(this.dataset));
    if jsonb_array_length(added) + present > most then
        raise exception 'the file would add % columns to %, which has % undeclared ones of the % '
            'that etl.settings.max_extra_columns allows - declare them, or correct the file',
            jsonb_array_length(added), live, present, most using errcode = 'SC001';
    end if;

    insert into etl.extra_column (dataset, name, found, load_id)
    select this.dataset, item ->> 'name', item ->> 'found', this.load_id
    from jsonb_array_elements(added) as item;
    perform etl.change_live(
        live, format(
            'alter table %s %s', live, (
                select string_agg(format('add column %I text', item ->> 'name'), ', ')
                from jsonb_array_elements(added) as item
            )
        )
    );
    perform etl.define_merge(this.dataset);

    insert into etl.drift (dataset, load_id, "column", change, detail)
    select this.dataset, this.load_id, item ->> 'name', 'added',
        format('the file brings it as %s', item ->> 'found')
    from jsonb_array_elements(added) as item;
    return (select jsonb_agg(item -> 'name') from jsonb_array_elements(added) as item);
end;
$$;
