create or replace function etl.refuse_undated(this etl.load, ours etl.batch) returns boolean
language plpgsql
set search_path = ''
as $$
-- Refuse the load of a member of a batch whose key has no business date, or one that is still to
-- come: as a later date is never undone, that would keep out every file until then. Whether it was.
declare
    sent etl.delivery;
    reason text;
begin
    select * into sent from etl.delivery as known where known.delivery_id = this.delivery_id;
    if this.business_date is null then
        reason := format(
            'found no date in the key %s - wanted one as %s, because %s is in the batch %s',
            sent.key, ours.pattern, this.dataset, ours.name
        );
    elsif this.business_date > (sent.event_time at time zone 'UTC')::date + 1 then
        reason := format(
            'the business date %s in the key %s lies after the day on which it came - '
            'wanted one that has been', this.business_date, sent.key
        );
    end if;
    if reason is not null then
        perform etl.refuse(this.load_id, reason, null, null);
    end if;
    return reason is not null;
end;
$$;
