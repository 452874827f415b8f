create or replace function etl.note_drift(this etl.load, missing text[], told jsonb) returns void
language sql
set search_path = ''
as $$
-- Write down how the file of a load differs from the declaration: the columns that it lacks, and
-- what `transform` told ([{column, change, detail}, ..]). What is noted already stays.
    insert into etl.drift (dataset, load_id, "column", change, detail)
    select this.dataset, this.load_id, lacks, 'missing', 'the file lacks it'
    from unnest(missing) as lacks
    union all
    select this.dataset, this.load_id, item ->> 'column', item ->> 'change', item ->> 'detail'
    from jsonb_array_elements(told) as item
    where item ->> 'change' = 'reordered'
        or item ->> 'change' = 'undeclared' and not exists (
            select from etl.drift as noted
            where noted.load_id = this.load_id and noted."column" = item ->> 'column'
                and noted.change = 'added'
        )
    on conflict on constraint "a load notes a change of a column once" do nothing;
$$;
