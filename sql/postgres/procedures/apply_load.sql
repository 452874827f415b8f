create or replace procedure etl.apply_load(load_id uuid, manifest jsonb)
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Merge one staged load into its live table, exactly once, in the caller's transaction.
-- A load that is applied already is left alone, so retries are free. The applied state, the counts
-- and the data commit together or not at all.
-- Raises SC001 when a person must act, SC002 for an attempt that is over, SC003 when the stage
-- table is not what the manifest says (staging again may help).
declare
    started_at timestamptz := clock_timestamp();
    counts jsonb := manifest -> 'counts';
    lock_name text;
    this etl.load;
    stage text;
    merged etl.merge_counts;
    carried bigint;
begin
    perform etl.set_limits();
    select format('%s.%s', target_schema, target_table) into lock_name
    from etl.load inner join etl.dataset on name = dataset
    where etl.load.load_id = apply_load.load_id;

    -- The lock comes first and in its own statement: only what is read after it is the truth.
    perform pg_advisory_xact_lock(hashtextextended(lock_name, 0));

    select * into this from etl.load
    where etl.load.load_id = apply_load.load_id
    for no key update;
    if this.state = 'applied' then
        raise notice 'load % is already applied - nothing to do', this.load_id;
        return;
    end if;
    perform etl.current_attempt(apply_load.load_id, (manifest ->> 'attempt')::integer);
    perform etl.check_table(this.dataset);
    perform etl.check_append(this);

    stage := etl.stage_name(this.dataset, this.load_id, this.attempt);
    perform etl.check_stage(stage, manifest);
    perform etl.complete_stage(this, stage, manifest);
    carried := etl.carry_rest(this, stage);

    execute format('create temporary view staged as select * from stage.%I', stage);
    execute format('select * from etl.%I($1)', 'merge__' || this.dataset)
    into merged using this;
    drop view pg_temp.staged;

    merged := etl.without_carried(this, merged, carried);
    perform etl.check_equation(counts, merged);
    perform etl.step(
        this.load_id, 'merge', extract(epoch from clock_timestamp() - started_at)::float8,
        to_jsonb(merged)
    );
    perform etl.run_steps(this);
    update etl.load
    set state = 'applied', ended_at = clock_timestamp(), reason = null,
        mode = (select declared.mode from etl.dataset as declared where name = this.dataset),
        read = (counts ->> 'read')::bigint,
        header = (counts ->> 'header')::bigint,
        good = (counts ->> 'good')::bigint,
        rejected = (counts ->> 'rejected')::bigint,
        warned = coalesce((counts ->> 'warned')::bigint, 0),
        inserted = merged.inserted, updated = merged.updated, deleted = merged.deleted,
        unchanged = merged.unchanged, stale = merged.stale,
        deduplicated = merged.deduplicated
    where etl.load.load_id = this.load_id;

    perform etl.note_applied_date(this);
    perform etl.keep_rejects(this.load_id, manifest -> 'rejects');
    perform etl.write_alert(this.load_id);
    perform etl.write_publication(this);
    execute format('drop table stage.%I', stage);
    delete from etl.stage_part where etl.stage_part.load_id = this.load_id;
end;
$$;
