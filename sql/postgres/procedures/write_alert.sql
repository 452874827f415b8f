create or replace function etl.write_alert(load_id uuid) returns void
language sql
set search_path = ''
as $$
-- Put the end of a load in the outbox when its dataset wants that mailed: one alert per load.
-- An applied load that added a column to the live table is mailed as a failure is.
    insert into etl.alert (load_id, kind, subject, message)
    select
        ended.load_id, ended.state,
        left(format('%s: %s %s', ended.dataset, delivery.key, ended.state), 100),
        format(
            '%s of %s %s: %s (load %s)',
            delivery.key, ended.dataset,
            case ended.state
                when 'applied' then 'was applied' when 'rejected' then 'was rejected'
                else 'could not be loaded'
            end,
            case ended.state
                when 'applied' then format(
                    '%s inserted, %s updated, %s deleted, %s unchanged',
                    ended.inserted, ended.updated, ended.deleted, ended.unchanged
                )
                else ended.reason
            end,
            ended.load_id
        )
        || case
            when ended.state = 'applied' then news.said
            when ended.guarded_deletes is not null then e'\nThe table is as it was.'
            else format(
                '%sThe table is as it was. After a fix send the file again, or run: '
                'stagecoach replay %s', e'\n', ended.load_id
            )
        end
    from etl.load as ended
    inner join etl.delivery using (delivery_id)
    left join etl.dataset as declared on declared.name = ended.dataset
    cross join lateral (
        select coalesce(
            string_agg(
                format(
                    e'\ncolumn %s was added: %s. It is text and no declaration names it; '
                    'declare it, or tell the sender', noted."column", noted.detail
                ), '' order by noted.drift_id
            ), ''
        ) as said
        from etl.drift as noted
        where noted.load_id = ended.load_id and noted.change = 'added'
    ) as news
    where ended.load_id = write_alert.load_id
        and case ended.state
            when 'applied' then coalesce(
                declared.alert_success or declared.alert_failure and news.said <> '', false
            )
            when 'rejected' then coalesce(declared.alert_failure, true)
            when 'failed' then coalesce(declared.alert_failure, true)
            else false
        end
    on conflict on constraint "a load is mailed once" do nothing;
$$;
