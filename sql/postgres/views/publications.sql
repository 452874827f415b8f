-- One line per load that goes to Redshift, for people: whether it is there, and why not.
create or replace view etl.publications as
select
    this.created_at as applied_here_at,
    this.dataset,
    delivery.key,
    this.state,
    this.attempt,
    this.agrees,
    coalesce(this.ended_at, now()) - this.created_at as behind,
    case when this.state = 'waiting' then this.due_at end as due_at,
    this.reason,
    this.counts,
    this.statement_id,
    this.load_id
from etl.publication as this
inner join etl.load as loaded on this.load_id = loaded.load_id
inner join etl.delivery on loaded.delivery_id = delivery.delivery_id;

comment on view etl.publications is 'One line per load that goes to Redshift';
