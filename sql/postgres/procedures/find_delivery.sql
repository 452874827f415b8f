create or replace function etl.find_delivery(
    bucket text, key text, version_id text, dataset text default null
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- The newest load of one version of one object, of a dataset or of any; null when no event told of
-- it yet.
begin
    return (
        select etl.load_json(this.load_id)
        from etl.delivery
        inner join etl.load as this using (delivery_id)
        where delivery.bucket = find_delivery.bucket and delivery.key = find_delivery.key
            and delivery.version_id = find_delivery.version_id
            and (find_delivery.dataset is null or delivery.dataset = find_delivery.dataset)
        order by this.generation desc, this.received_at desc
        limit 1
    );
end;
$$;
