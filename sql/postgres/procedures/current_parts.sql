create or replace function etl.current_parts(dataset text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- What the catalogue's table `<dataset>_current` is to hold, for the one who writes it down: until
-- his transaction ends, everybody else who asks waits, so nobody writes an older state over a newer
-- one. Answers {mode, whole, loads, columns: [{name, type}], extra_rows, applied_at}, types as Glue
-- spells them. `loads` lacks those that brought nothing new; `extra_rows` counts the rows in the
-- files of the others that the live table does not hold, because another row of their key does.
-- Raises 55P03 when the other one takes longer than 20 seconds.
declare
    parts jsonb;
begin
    perform set_config('lock_timeout', '20s', true);
    -- The lock has a statement to itself: what is read below must be what was committed before it.
    perform pg_advisory_xact_lock(hashtextextended('etl.current ' || current_parts.dataset, 0));

    parts := etl.clean_parts(current_parts.dataset);
    return (
        with listed as (
            select
                part.load_id, part.place, this.ended_at,
                part.load_id = parts ->> 'whole' or this.inserted + this.updated > 0 as is_new,
                case
                    when part.load_id = parts ->> 'whole' then this.deduplicated
                    else this.good - this.inserted + this.deleted
                end as extra_rows
            from jsonb_array_elements_text(parts -> 'loads')
                with ordinality as part (load_id, place)
            inner join etl.load as this on this.load_id = part.load_id::uuid
        )

        select jsonb_build_object(
            'mode', parts -> 'mode',
            'whole', parts -> 'whole',
            'loads', coalesce(jsonb_agg(listed.load_id order by listed.place), '[]'),
            'columns', (
                select jsonb_agg(
                    jsonb_build_object('name', name, 'type', etl.glue_type(type)) order by place
                )
                from etl.live_columns(current_parts.dataset)
            ),
            'extra_rows', coalesce(sum(listed.extra_rows), 0),
            'applied_at', max(listed.ended_at)
        )
        from listed
        where listed.is_new
    );
end;
$$;
