create or replace function etl.check_table(dataset text) returns void
language plpgsql stable
set search_path = ''
as $$
-- Raise, with a sentence, when the live table is missing, was altered by hand, or lacks the unique
-- index over the key without which a merge cannot be trusted.
declare
    declared etl.dataset;
    live regclass;
    differences text;
    identity text[];
begin
    select * into declared from etl.dataset where name = check_table.dataset;
    if declared.name is null then
        raise exception 'the database does not know dataset % - run the migrate function',
            check_table.dataset using errcode = 'SC001';
    end if;

    live := pg_catalog.to_regclass(
        format('%I.%I', declared.target_schema, declared.target_table)
    );
    if live is null then
        raise exception 'table %.% of dataset % does not exist - run the migrate function',
            declared.target_schema, declared.target_table, declared.name
            using errcode = 'SC001';
    end if;

    select string_agg(difference || ' - run: ' || remedy, '; ') into differences
    from etl.column_differences(check_table.dataset);
    if differences is not null then
        raise exception 'table % was altered: %', live, differences using errcode = 'SC001';
    end if;

    identity := declared.key_columns
        || case when declared.mode = 'history' then array['valid_from'] else '{}' end;
    if identity <> '{}' and not etl.has_unique_index(live, identity) then
        raise exception 'table % has no unique index over its key (%) - '
            'run: alter table % add primary key (%);',
            live, array_to_string(identity, ', '),
            live, array_to_string(identity, ', ') using errcode = 'SC001';
    end if;
end;
$$;
