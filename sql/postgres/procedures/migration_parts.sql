create or replace function etl.migration_parts(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The live table in ranges of blocks: [[table, first block, the block after], ..], of the tables
-- that hold the rows where it is partitioned. A part is an eighth of a small table, and at most
-- 16,384 blocks (128 MiB); an empty table is one part.
    with live as (
        select pg_catalog.to_regclass(format('%I.%I', target_schema, target_table)) as oid
        from etl.dataset where name = migration_parts.dataset
    ),

    leaf as (
        select live.oid from live inner join pg_catalog.pg_class using (oid) where relkind = 'r'
        union all
        select leaf.relid from live, pg_catalog.pg_partition_tree(live.oid) as leaf
        where leaf.isleaf and leaf.relid <> live.oid
    ),

    sized as (
        select
            leaf.oid::regclass::text as name,
            pg_catalog.pg_relation_size(leaf.oid)
            / pg_catalog.current_setting('block_size')::bigint as blocks
        from leaf
    ),

    steps as (
        select name, blocks, least(greatest(blocks / 8, 256), 16384) as step from sized
    )

    select coalesce(
        jsonb_agg(jsonb_build_array(name, first, least(first + step, blocks)) order by name, first),
        '[]'
    )
    from steps, generate_series(0, greatest(blocks - 1, 0), step) as first;
$$;
