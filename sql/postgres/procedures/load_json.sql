create or replace function etl.load_json(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- A load as the command line shows it; `holds` is null until there are counts.
    select jsonb_build_object(
        'load_id', this.load_id, 'dataset', this.dataset, 'generation', this.generation,
        'bucket', delivery.bucket, 'key', delivery.key, 'version_id', delivery.version_id,
        'size', delivery.size, 'state', this.state, 'reason', this.reason,
        'attempt', this.attempt, 'workflow_run_id', this.workflow_run_id,
        'receipts', delivery.receipts, 'facts', this.facts,
        'mends', this.mends, 'mended_lines', to_jsonb(this.mended_lines),
        'counts', jsonb_build_object(
            'read', this.read, 'header', this.header, 'good', this.good,
            'rejected', this.rejected, 'inserted', this.inserted, 'updated', this.updated,
            'deleted', this.deleted, 'unchanged', this.unchanged, 'stale', this.stale,
            'deduplicated', this.deduplicated, 'warned', this.warned
        ),
        'received_at', this.received_at, 'started_at', this.started_at,
        'ended_at', this.ended_at,
        'steps', coalesce(
            (
                select jsonb_agg(
                    jsonb_build_object(
                        'step', noted.step, 'seconds', round(noted.seconds::numeric, 3),
                        'attempt', noted.attempt, 'detail', noted.detail
                    ) order by noted.attempt, noted.noted_at
                )
                from etl.load_step as noted where noted.load_id = this.load_id
            ), '[]'
        ),
        'business_date', this.business_date, 'waits_for', coalesce(
            etl.waits_for(this), etl.waits_for_lookup(this)
        ),
        'lookups', this.lookups,
        'drift', etl.drift_of(this.load_id),
        'inputs', etl.mart_report(this.load_id),
        'redshift', etl.publication_report(this.load_id),
        'holds', this.read = this.header + this.good + this.rejected
        and (
            this.state <> 'applied'
            or this.good = this.inserted + this.updated + this.unchanged + this.stale
            + this.deduplicated
        )
    )
    from etl.load as this
    inner join etl.delivery using (delivery_id)
    where this.load_id = load_json.load_id;
$$;
