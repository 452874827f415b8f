create or replace function etl.write_batch_news(this etl.batch_day) returns void
language sql
set search_path = ''
as $$
-- Tell those who were told that a day of a batch lacks something how it ended.
    insert into etl.alert (kind, subject, message)
    select
        'batch', format('%s: %s is %s', this.batch, this.business_date, news.word),
        format('The batch %s of %s is %s%s.', this.batch, this.business_date, news.word, news.rest)
    from (
        select
            this.state,
            case
                when this.state = 'skipped' then ': a later date was applied before it was whole'
                when this.late_minutes > 0 then format(', %s minutes late', this.late_minutes)
                else ' now'
            end
    ) as news (word, rest);
$$;
