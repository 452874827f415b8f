create or replace function etl.receive(
    bucket text, key text, version_id text, dataset text,
    size bigint, etag text, sequencer text, event_time timestamptz
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note one delivery and create its load, once, however often and from wherever it is reported.
-- Answers {load_id, state, is_new}; a version older than one applied for its key is superseded, and
-- so is a member of a batch with an older business date; one without a date is refused.
declare
    noted bigint;
    created uuid;
    newest etl.load;
    ours etl.batch := etl.lock_batch(receive.dataset);
begin
    insert into etl.delivery as known
        (bucket, key, version_id, dataset, size, etag, sequencer, event_time)
    values (
        receive.bucket, receive.key, receive.version_id, receive.dataset,
        receive.size, receive.etag, receive.sequencer, receive.event_time
    )
    on conflict on constraint "a delivery is one version of one object for one dataset" do update
        set receipts = known.receipts + 1,
            sequencer = coalesce(known.sequencer, excluded.sequencer)
    returning delivery_id into noted;

    insert into etl.load (delivery_id, dataset)
    values (noted, receive.dataset)
    on conflict on constraint "a delivery is loaded once per generation" do nothing
    returning load_id into created;

    perform etl.supersede(receive.dataset);

    select * into strict newest from etl.load
    where delivery_id = noted
    order by generation desc limit 1;
    if ours.name is not null and newest.state in ('received', 'superseded') then
        if newest.state = 'received' and etl.refuse_undated(newest, ours) then
            newest.state := 'rejected';
        else
            perform etl.judge_day(ours, newest.business_date);
        end if;
    end if;
    return jsonb_build_object(
        'load_id', newest.load_id, 'state', newest.state, 'is_new', created is not null
    );
end;
$$;
