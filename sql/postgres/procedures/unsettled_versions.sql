create or replace function etl.unsettled_versions(bucket text, versions jsonb) returns jsonb
language sql stable
set search_path = ''
as $$
-- Of [{key, version_id, ..}], the items that still must be received: not in the ledger, or
-- noted there without getting as far as the queue. In the given order.
    select coalesce(jsonb_agg(listed.item order by listed.place), '[]')
    from jsonb_array_elements(unsettled_versions.versions)
        with ordinality as listed (item, place)
    where not exists (
        select from etl.delivery
        inner join etl.load as this using (delivery_id)
        where delivery.bucket = unsettled_versions.bucket
            and delivery.key = listed.item ->> 'key'
            and delivery.version_id = listed.item ->> 'version_id'
            and this.state <> 'received'
            and not exists (
                select from etl.load as again
                where again.delivery_id = this.delivery_id and again.state = 'received'
            )
    );
$$;
