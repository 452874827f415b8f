create or replace function etl.find_delivery(bucket text, key text, version_id text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- The newest load of one version of one object, or null when no event told of it yet.
begin
    return (
        select etl.load_json(this.load_id)
        from etl.delivery
        inner join etl.load as this using (delivery_id)
        where delivery.bucket = find_delivery.bucket and delivery.key = find_delivery.key
            and delivery.version_id = find_delivery.version_id
        order by this.generation desc
        limit 1
    );
end;
$$;
