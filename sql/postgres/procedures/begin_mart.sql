create or replace function etl.begin_mart(dataset text, bucket text, is_asked boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Ask for a build of a mart: a delivery of its own, and a load that is received and knows of which
-- loads it is computed. Two who ask at once get one load. Answers {load_id, state, is_new}; null
-- when it is not due. `is_asked`: a person wants it now, whether it is due or not; then SC004 says
-- why it cannot be. A build that is open is answered in any case.
declare
    declared etl.dataset;
    newest etl.load;
    parts jsonb;
    waits boolean;
    noted bigint;
    missing text;
begin
    -- The lock has a statement to itself: what is read below must be what was committed before it.
    perform pg_advisory_xact_lock(hashtextextended('etl.mart ' || begin_mart.dataset, 0));
    select * into declared from etl.dataset where name = begin_mart.dataset;
    if declared.recipe is null then
        raise exception 'dataset % is no mart - nothing computes it, its files are sent',
            begin_mart.dataset using errcode = 'SC004';
    end if;

    newest := etl.newest_build(declared.name);
    if newest.ended_at is null and newest.load_id is not null then
        return etl.state_of(newest.load_id) || '{"is_new": false}';
    end if;
    -- One statement, so one moment: no half of a batch comes between.
    select etl.mart_parts(declared.name), etl.waits_for_inputs(declared.name) into parts, waits;
    if parts is null and is_asked then
        select string_agg(input.name, ', ' order by input.name) into missing
        from unnest(declared.inputs) as input (name)
        where coalesce(etl.clean_parts(input.name) -> 'loads', '[]') = '[]';
        raise exception
            'mart % is computed of %, of which nothing was ever applied - load it first',
            declared.name, missing using errcode = 'SC004';
    elsif not is_asked and (parts is null or waits or not etl.is_stale(declared.name)) then
        return null;
    end if;

    insert into etl.delivery (bucket, key, version_id, dataset, size, event_time)
    values (
        begin_mart.bucket, 'marts/' || declared.name,
        md5(concat(declared.recipe, parts, newest.load_id)), declared.name, 0, clock_timestamp()
    )
    returning delivery_id into noted;
    insert into etl.load (delivery_id, dataset) values (noted, declared.name)
    returning * into newest;
    perform etl.note_build(newest, parts);
    return etl.state_of(newest.load_id) || '{"is_new": true}';
end;
$$;
