-- How columns differed from what was declared: which column, which delivery, which change. Rows
-- without a delivery tell what a deployment did to the live table.
create or replace view etl.drift_report as
select
    noted.noted_at,
    noted.dataset,
    noted."column",
    noted.change,
    noted.detail,
    delivery.key,
    delivery.version_id,
    noted.load_id
from etl.drift as noted
left join etl.load as this on noted.load_id = this.load_id
left join etl.delivery as delivery on this.delivery_id = delivery.delivery_id
order by noted.drift_id desc;
comment on view etl.drift_report is 'How columns differed from what was declared, the newest first';
