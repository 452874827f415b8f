create or replace function etl.batch_day_json(ours etl.batch, day etl.batch_day) returns jsonb
language sql stable
set search_path = ''
as $$
-- One business date of a batch as the command line shows it.
    select jsonb_build_object(
        'business_date', day.business_date, 'state', day.state, 'deadline', day.deadline,
        'opened_at', day.opened_at, 'completed_at', day.completed_at, 'ended_at', day.ended_at,
        'late_minutes', day.late_minutes, 'alerted', day.alerted_at is not null,
        'missing', (
            select coalesce(
                jsonb_agg(jsonb_build_object('dataset', lacks.dataset, 'said', lacks.said)), '[]'
            )
            from etl.batch_missing(ours, day.business_date) as lacks
            where day.state in ('open', 'complete')
        ),
        'members', (
            select jsonb_agg(
                jsonb_build_object(
                    'dataset', member.dataset, 'load_id', member.load_id, 'state', member.state,
                    'reason', member.reason, 'arrived_at', member.arrived_at,
                    'is_there', member.is_there
                )
            )
            from etl.batch_members(ours, day.business_date) as member
        )
    );
$$;
