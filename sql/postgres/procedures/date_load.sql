create or replace function etl.date_load() returns trigger
language plpgsql
set search_path = ''
as $$
-- Trigger: a load of a member of a batch gets its business date, whoever makes it.
declare
    ours etl.batch := etl.batch_of(new.dataset);
begin
    if ours.name is not null then
        select etl.business_date(ours, sent.key) into new.business_date
        from etl.delivery as sent where sent.delivery_id = new.delivery_id;
    end if;
    return new;
end;
$$;

create or replace trigger date_load
before insert on etl.load
for each row execute function etl.date_load();
