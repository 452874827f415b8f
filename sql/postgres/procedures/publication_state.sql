create or replace function etl.publication_state(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- Answers {load_id, state, attempt, wait_seconds}; null for a load that is not published.
    select jsonb_build_object(
        'load_id', this.load_id, 'state', this.state, 'attempt', this.attempt,
        'wait_seconds', case
            when this.state = 'waiting'
                then greatest(extract(epoch from this.due_at - clock_timestamp()), 0)
        end
    )
    from etl.publication as this where this.load_id = publication_state.load_id;
$$;
