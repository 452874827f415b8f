create or replace function etl.clean_parts(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The applied loads whose files in the clean zone are a table now, in the order in which they were
-- applied: {mode, key, order_by, deleted_when, whole, loads, unique}. Null for an unknown dataset.
-- `whole` is the last load that was the whole truth; what comes after it is in `loads` too. Mended
-- rows are a part of their file, so they come beside it. `unique` says that no key is in two rows.
-- Later rows of a key count, of an append the earlier ones: as the merge has it.
    with applied as (
        select
            done.load_id, done.inserted = done.good as is_new, done.deduplicated,
            row_number() over (
                order by done.ended_at, done.delivery_id, done.generation
            ) as place,
            coalesce(done.mode, declared.mode) in ('snapshot', 'replace')
            and done.fills_whole is not true as is_whole
        from etl.load as done
        inner join etl.dataset as declared on declared.name = done.dataset
        where done.dataset = clean_parts.dataset and done.state = 'applied'
    ),

    whole as (
        select applied.load_id, applied.place from applied
        where applied.is_whole
        order by applied.place desc
        limit 1
    ),

    counted as (
        select
            applied.load_id, applied.place,
            applied.deduplicated = 0
            and (applied.is_new or applied.place = coalesce(whole.place, 0)) as is_unique
        from applied
        left join whole on true
        where applied.place >= coalesce(whole.place, 0)
    )

    select jsonb_build_object(
        'mode', declared.mode, 'key', to_jsonb(declared.key_columns),
        'order_by', declared.order_by, 'deleted_when', declared.deleted_when,
        'whole', (select whole.load_id from whole),
        'unique', coalesce((select bool_and(counted.is_unique) from counted), true),
        'loads', coalesce(
            (select jsonb_agg(counted.load_id order by counted.place) from counted), '[]'
        )
    )
    from etl.dataset as declared
    where declared.name = clean_parts.dataset;
$$;
