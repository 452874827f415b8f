create or replace function etl.check_closed(delivery_id bigint) returns void
language plpgsql stable
set search_path = ''
as $$
-- Raise SC004 while a load of a delivery is open: the next one must wait for how it ends.
declare
    open_id uuid;
begin
    select this.load_id into open_id from etl.load as this
    where this.delivery_id = check_closed.delivery_id and this.ended_at is null;
    if open_id is not null then
        raise exception 'load % of the same file is still open - wait until it has ended', open_id
            using errcode = 'SC004';
    end if;
end;
$$;
