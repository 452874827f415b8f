create or replace function etl.unpublished(
    load_id uuid, attempt integer, reason text, retryable boolean, reached boolean default true
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- An attempt to publish came to nothing: back to waiting, due in 15 s, 1, 4, 15, 15 .. minutes,
-- or failed. `retryable`: whether trying again may help. `reached`: whether Redshift was there to
-- refuse it; a Redshift that is paused or gone is waited for, however many tries that takes.
-- Somebody is told when it failed, and once when it has been tried for long.
-- An attempt that is over is left alone. Answers {load_id, state, attempt, wait_seconds}.
declare
    limits etl.settings := (select settings from etl.settings);
    this etl.publication;
    goes_on boolean;
    pause interval;
begin
    select * into this from etl.publication as running
    where running.load_id = unpublished.load_id and running.state = 'running'
        and running.attempt = unpublished.attempt
    for no key update;
    if this.load_id is null then
        return etl.publication_state(unpublished.load_id);
    end if;

    this.strikes := this.strikes + case when reached then 1 else 0 end;
    goes_on := retryable and this.strikes < limits.max_publish_attempts
        and clock_timestamp() < this.asked_at + limits.publish_patience;
    pause := least(interval '15 seconds' * 4 ^ least(this.tries - 1, 9), interval '15 minutes');
    update etl.publication as noted
    set state = case when goes_on then 'waiting' else 'failed' end,
        reason = unpublished.reason, strikes = this.strikes,
        due_at = case when goes_on then clock_timestamp() + pause else noted.due_at end,
        ended_at = case when not goes_on then clock_timestamp() end
    where noted.publication_id = this.publication_id
    returning * into this;

    if not goes_on then
        perform etl.write_publication_alert(this, 'unpublished');
    elsif clock_timestamp() > this.asked_at + limits.publish_alert_after then
        perform etl.write_publication_alert(this, 'delayed');
    end if;
    return etl.publication_state(unpublished.load_id);
end;
$$;
