create or replace function etl.note_inferred(dataset text, inferred jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Hold the columns that a crawler found in the clean zone ([{Name, Type}, ..], as Glue spells them)
-- against the declaration and write the differences down with the dataset's newest applied load.
-- Told again, nothing changes. Answers {load_id, noted}: how many rows are new.
declare
    newest uuid := (
        select load_id from etl.load
        where etl.load.dataset = note_inferred.dataset and state = 'applied'
        order by ended_at desc limit 1
    );
    noted integer;
begin
    with found as (
        select item ->> 'Name' as name, lower(item ->> 'Type') as type
        from jsonb_array_elements(inferred) as item
        where item ->> 'Name' not in ('_row_no', '_row_hash')
    ),

    wanted as (
        select name, etl.glue_type(type) as type from etl.declared_columns(note_inferred.dataset)
    )

    insert into etl.drift (dataset, load_id, "column", change, detail)
    select
        note_inferred.dataset, newest, coalesce(wanted.name, found.name), 'inferred',
        case
            when found.name is null then 'the crawler did not find it in the clean zone'
            when wanted.name is null
                then format('the crawler found it as %s, it is not declared', found.type)
            else format(
                'the crawler found %s, the declaration makes it %s', found.type, wanted.type
            )
        end
    from wanted full join found on found.name = wanted.name
    where found.type is distinct from wanted.type and newest is not null
    order by 3
    on conflict on constraint "a load notes a change of a column once" do nothing;
    get diagnostics noted = row_count;
    return jsonb_build_object('load_id', newest, 'noted', noted);
end;
$$;
