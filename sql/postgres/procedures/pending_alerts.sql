create or replace function etl.pending_alerts() returns jsonb
language sql
set search_path = ''
as $$
-- The unsent alerts, oldest first: [{alert_id, load_id, subject, message}].
-- They stay locked until the transaction ends, so two functions never mail the same one.
    with pending as (
        select alert.alert_id, alert.load_id, alert.subject, alert.message
        from etl.alert
        where alert.sent_at is null
        order by alert.alert_id
        limit 20
        for update skip locked
    )
    select coalesce(jsonb_agg(to_jsonb(pending) order by pending.alert_id), '[]') from pending;
$$;
