create or replace function etl.publication_report(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- What became of a load on its way to Redshift, for people; null for one that does not go there.
    select jsonb_build_object(
        'state', this.state, 'reason', this.reason, 'attempt', this.attempt,
        'counts', coalesce(this.counts, '{}'), 'agrees', this.agrees,
        'started_at', this.started_at, 'ended_at', this.ended_at,
        'due_at', case when this.state = 'waiting' then this.due_at end,
        'behind', (
            select line.load_id from etl.publication as line
            where line.dataset = this.dataset and line.publication_id < this.publication_id
                and line.state <> 'applied' and this.state = 'waiting'
            order by line.publication_id limit 1
        ),
        'statement_id', this.statement_id
    )
    from etl.publication as this where this.load_id = publication_report.load_id;
$$;
