-- One line per dataset, for people: how old its table is, and what waits or went wrong since.
create or replace view etl.freshness as
select
    declared.name as dataset,
    format('%I.%I', declared.target_schema, declared.target_table) as live_table,
    max(this.ended_at) filter (where this.state = 'applied') as applied_at,
    now() - max(this.ended_at) filter (where this.state = 'applied') as age,
    count(*) filter (where this.state in ('received', 'queued', 'running')) as open_loads,
    count(*) filter (
        where this.state in ('rejected', 'failed') and this.ended_at > now() - interval '7 days'
    ) as unsuccessful_in_7_days
from etl.dataset as declared
left join etl.load as this on declared.name = this.dataset
group by declared.name, declared.target_schema, declared.target_table;

comment on view etl.freshness is 'One line per dataset: how old its table is';
