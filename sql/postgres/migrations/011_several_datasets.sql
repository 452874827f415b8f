-- A workbook is one file for several datasets: its sheets are deliveries of their own.
alter table etl.delivery
drop constraint "a delivery is one version of one object",
add constraint "a delivery is one version of one object for one dataset"
unique (bucket, key, version_id, dataset);
comment on table etl.delivery is 'One version of one object under the landing bucket, for one dataset';

-- It asks for the dataset now.
drop function if exists etl.find_delivery(text, text, text);
