create or replace function etl.moment_of(this etl.load, order_by text) returns text
language sql stable
set search_path = ''
as $$
-- The SQL for when a staged row of a history begins to hold: by the column it is ordered by (times
-- without a zone are UTC), else the event time of its delivery.
    select case
        when order_by is null then format('%L::timestamptz', etl.sent_at(this))
        when declared.type = 'timestamp with time zone' then format('staged.%I', order_by)
        else format('(staged.%I::timestamp at time zone ''UTC'')', order_by)
    end
    from (values (1)) as always
    left join etl.declared_columns(this.dataset) as declared on declared.name = order_by;
$$;
