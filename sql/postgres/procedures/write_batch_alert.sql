create or replace function etl.write_batch_alert(ours etl.batch, days etl.batch_day[]) returns void
language sql
set search_path = ''
as $$
-- Put into the outbox that the deadline of these days passed: what each of them lacks, and why.
-- It is one mail however many they are; the newest ten are told in full.
    insert into etl.alert (kind, subject, message)
    select
        'batch',
        case cardinality(days)
            when 1 then format('%s: %s is not complete', ours.name, days[1].business_date)
            else format('%s: %s business dates are not complete', ours.name, cardinality(days))
        end,
        string_agg(told.said, e'\n\n' order by told.business_date)
        || case
            when cardinality(days) > 10
                then format(e'\n\nSo are %s earlier ones.', cardinality(days) - 10)
            else ''
        end
        || format(
            e'\n\nSend what is missing; how it stands says: stagecoach batches %s', ours.name
        )
    from (
        select
            day.business_date,
            format(
                'The batch %s of %s is not complete; its deadline was %s UTC.', ours.name,
                day.business_date, to_char(day.deadline at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
            )
            || (
                select string_agg(format(e'\n%s: %s', lacks.dataset, lacks.said), '')
                from etl.batch_missing(ours, day.business_date) as lacks
            )
            || case day.state
                when 'open' then e'\nNone of its files is loaded before all are there.'
                else e'\nThe others are loaded.'
            end as said
        from unnest(days) as day
        order by day.business_date desc
        limit 10
    ) as told;
$$;
