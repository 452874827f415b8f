create or replace function etl.migration_contents(migration_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- What this snapshot of a table is: {columns: [[name, type], ..], extras: [names that nobody has
-- declared], parts: its ranges of blocks, gone: the memory of deleted keys (null where it has
-- none), loads: how many are in it, contained: those of them that are not published, sent_at: the
-- newest delivery's time, earlier: the migrations before this one}.
    select jsonb_build_object(
        'columns', this.columns,
        'extras', (
            select coalesce(jsonb_agg(extra.name order by extra.place), '[]')
            from etl.extra_columns(this.dataset) as extra
        ),
        'parts', etl.migration_parts(this.dataset),
        'gone', pg_catalog.to_regclass(format('etl.%I', 'gone__' || this.dataset))::text,
        'loads', (
            select count(*) from etl.load as done
            where done.dataset = this.dataset and done.state = 'applied'
        ),
        'contained', coalesce(
            (
                select jsonb_agg(waiting.load_id) from etl.publication as waiting
                where waiting.dataset = this.dataset and waiting.state <> 'applied'
            ), '[]'
        ),
        'sent_at', to_char(
            coalesce(etl.applied_until(this.dataset), 'epoch') at time zone 'UTC',
            'YYYY-MM-DD HH24:MI:SS.US"+00"'
        ),
        'earlier', coalesce(
            (
                select jsonb_agg(before.migration_id) from etl.table_migration as before
                where before.dataset = this.dataset and before.place < this.place
            ), '[]'
        )
    )
    from etl.table_migration as this
    where this.migration_id = migration_contents.migration_id;
$$;
