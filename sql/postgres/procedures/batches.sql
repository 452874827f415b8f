create or replace function etl.batches(name text, max_days integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- The batches, or one of them, each with its newest days: what is there and what lacks.
-- [{name, description, members, expected, deadline, days: [{business_date, state, deadline,
-- completed_at, ended_at, late_minutes, alerted, missing, members}]}]. Raises SC004 for a batch
-- that there is not.
begin
    if batches.name is not null and not exists (
        select from etl.batch as ours where ours.name = batches.name
    ) then
        raise exception 'there is no batch % - there are: %', quote_literal(batches.name),
            coalesce((select string_agg(ours.name, ', ') from etl.batch as ours), 'none')
            using errcode = 'SC004';
    end if;
    return (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'name', ours.name, 'description', ours.description, 'members', ours.members,
                    'business_date', ours.pattern, 'expected', ours.expected,
                    'deadline', jsonb_build_object(
                        'days', ours.deadline_days, 'time', to_char(ours.deadline_time, 'HH24:MI')
                    ),
                    'days', (
                        select coalesce(
                            jsonb_agg(
                                etl.batch_day_json(ours, day) order by day.business_date desc
                            ), '[]'
                        )
                        from (
                            select * from etl.batch_day as known
                            where known.batch = ours.name
                            order by known.business_date desc
                            limit max_days
                        ) as day
                    )
                ) order by ours.name
            ), '[]'
        )
        from etl.batch as ours
        where batches.name is null or ours.name = batches.name
    );
end;
$$;
