create or replace function etl.view_marks(target text, datasets text[]) returns jsonb
language sql stable
set search_path = ''
as $$
-- How often the live tables of these datasets changed in a database: counted loads never go, so
-- another number is another content. {dataset: number}.
    select coalesce(jsonb_object_agg(named.dataset, counted.changes), '{}')
    from unnest(datasets) as named (dataset)
    cross join lateral (
        select
            case view_marks.target when 'postgres' then (
                select count(*) from etl.load as this
                where this.dataset = named.dataset and this.state = 'applied'
            )
            else (
                select count(*) from etl.publication as going
                where going.dataset = named.dataset and going.state = 'applied'
            ) + (
                select count(*) from etl.table_migration as moved
                where moved.dataset = named.dataset and moved.state = 'applied'
            )
            end as changes
    ) as counted;
$$;
