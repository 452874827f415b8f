create or replace function etl.free_held() returns void
language sql
set search_path = ''
as $$
-- The waiting loads of datasets that are in no batch have no business date, and wait for nothing.
    update etl.load as this set business_date = null
    where this.state in ('received', 'queued') and this.business_date is not null
        and not exists (select from etl.batch as ours where this.dataset = any(ours.members));
$$;
