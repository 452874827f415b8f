create or replace function etl.alert_sent(alert_id bigint) returns void
language sql
set search_path = ''
as $$
-- Take an alert out of the outbox.
    update etl.alert set sent_at = clock_timestamp()
    where alert.alert_id = alert_sent.alert_id and alert.sent_at is null;
$$;
