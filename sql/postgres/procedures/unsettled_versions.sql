create or replace function etl.unsettled_versions(bucket text, versions jsonb) returns jsonb
language sql stable
set search_path = ''
as $$
-- Of [{key, version_id, datasets, ..}], the items that still must be received, one for each of
-- the datasets that lacks it, as {.., dataset}: not in the ledger, or noted there without getting
-- as far as the queue. A version that was taken in for a dataset which has its key no more is left
-- alone: a dataset of another name does not load old files anew. In the given order.
    select coalesce(
        jsonb_agg(
            listed.item - 'datasets' || jsonb_build_object('dataset', wanted.dataset)
            order by listed.place, wanted.place
        ), '[]'
    )
    from jsonb_array_elements(unsettled_versions.versions)
        with ordinality as listed (item, place)
    cross join lateral jsonb_array_elements_text(listed.item -> 'datasets')
        with ordinality as wanted (dataset, place)
    where not exists (
        select from etl.delivery
        inner join etl.load as this using (delivery_id)
        where delivery.bucket = unsettled_versions.bucket
            and delivery.key = listed.item ->> 'key'
            and delivery.version_id = listed.item ->> 'version_id'
            and (
                delivery.dataset = wanted.dataset
                or not listed.item -> 'datasets' ? delivery.dataset
            )
            and this.state <> 'received'
            and not exists (
                select from etl.load as again
                where again.delivery_id = this.delivery_id and again.state = 'received'
            )
    );
$$;
