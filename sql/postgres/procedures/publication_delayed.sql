create or replace function etl.publication_delayed(
    load_id uuid, attempt integer, reason text
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- An attempt is still at work: note what it waits for, and tell somebody, once, when a load has
-- been on its way for long. An attempt that is over is left alone.
declare
    this etl.publication;
begin
    update etl.publication as going set reason = publication_delayed.reason
    where going.load_id = publication_delayed.load_id and going.state = 'running'
        and going.attempt = publication_delayed.attempt
    returning * into this;
    if clock_timestamp() > this.asked_at + (select publish_alert_after from etl.settings) then
        perform etl.write_publication_alert(this, 'delayed');
    end if;
    return etl.publication_state(publication_delayed.load_id);
end;
$$;
