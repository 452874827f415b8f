-- One line per load, for people: what arrived, what came of it, how long it took.
create or replace view etl.loads_at_a_glance as
select
    this.received_at,
    this.dataset,
    delivery.key,
    this.state,
    this.attempt,
    this.read,
    this.good,
    this.rejected,
    this.inserted,
    this.updated,
    this.deleted,
    this.unchanged,
    this.stale,
    this.deduplicated,
    this.ended_at - this.received_at as took,
    this.reason,
    this.load_id,
    going.state as redshift
from etl.load as this
inner join etl.delivery on this.delivery_id = delivery.delivery_id
left join etl.publication as going on this.load_id = going.load_id;

comment on view etl.loads_at_a_glance is 'One line per load';
