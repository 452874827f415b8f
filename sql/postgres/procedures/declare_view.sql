create or replace function etl.declare_view(
    place integer, schema_name text, view_name text, said text, materialized boolean,
    key_columns text[], datasets text[], definition text
) returns void
language plpgsql
set search_path = ''
as $$
-- Make a view of views/ what its file says. What did not change is left alone; a view whose columns
-- stay is replaced; any other is made again, with the owner and the rights of the one before.
-- Raises SC001 for a relation of that name that is no view of ours, for a view of somebody else
-- that reads one that goes, and for rows that are not unique by the key.
declare
    name text := format('%I.%I', schema_name, view_name);
    relation regclass := to_regclass(format('%I.%I', schema_name, view_name));
    wanted text := md5(concat_ws('|', materialized, key_columns, definition));
    marks jsonb := etl.view_marks('postgres', datasets);
    known etl.dataset_view;
    right_given text;
begin
    select * into known from etl.dataset_view as ours
    where ours.target = 'postgres' and ours.schema_name = declare_view.schema_name
        and ours.view_name = declare_view.view_name;
    if relation is not null and known.place is null then
        raise exception '% is there already, and is no view of ours - drop it, or give views/%.sql '
            'another name', name, view_name using errcode = 'SC001';
    end if;

    if relation is null or known.digest <> wanted then
        if materialized or relation is null or not etl.is_plain_view(relation)
            or not etl.replace_view(relation, definition)
        then
            perform etl.make_view(schema_name, view_name, materialized, key_columns, definition);
            foreach right_given in array coalesce(
                (
                    select ours.grants from etl.dataset_view as ours
                    where ours.target = 'postgres' and ours.schema_name = declare_view.schema_name
                        and ours.view_name = declare_view.view_name
                ), '{}'
            ) loop
                perform etl.give_right(right_given);
            end loop;
        end if;
        known.holds := case when materialized then marks end;
    end if;

    insert into etl.dataset_view (
        target, schema_name, view_name, place, materialized, datasets, digest, holds
    )
    values (
        'postgres', schema_name, view_name, place, materialized, datasets, wanted, known.holds
    )
    on conflict on constraint dataset_view_pkey do update
    set
        place = excluded.place, materialized = excluded.materialized,
        datasets = excluded.datasets, digest = excluded.digest, holds = excluded.holds,
        grants = '{}';
    perform etl.describe(
        case when materialized then 'materialized view' else 'view' end,
        name::regclass, null, said
    );
end;
$$;
