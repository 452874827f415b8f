create or replace function etl.publication_json(this etl.publication) returns jsonb
language sql stable
set search_path = ''
as $$
-- A publication as the function `publish` wants it; `sent_at` is a text that Redshift reads,
-- `seconds` how long this attempt runs, `wait_seconds` how long until it is due.
    select jsonb_build_object(
        'load_id', this.load_id, 'attempt', this.attempt, 'dataset', this.dataset,
        'state', this.state, 'statement_id', this.statement_id,
        'sent_at', to_char(
            etl.sent_at(loaded) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'
        ),
        'approved_deletes', loaded.approved_deletes,
        'fills_whole', coalesce(loaded.fills_whole, false),
        'extras', to_jsonb(this.extras),
        'previous', etl.applied_before(loaded),
        'needs_previous', declared.mode not in ('snapshot', 'replace'),
        'seconds', extract(epoch from clock_timestamp() - this.started_at),
        'wait_seconds', greatest(extract(epoch from this.due_at - clock_timestamp()), 0)
    )
    from etl.load as loaded
    left join etl.dataset as declared on declared.name = loaded.dataset
    where loaded.load_id = this.load_id;
$$;
