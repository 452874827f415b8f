create or replace function etl.check_append(this etl.load) returns void
language plpgsql stable
set search_path = ''
as $$
-- Raise SC001 when a delivery of keyless facts is about to be appended for the second time:
-- nothing in its rows would tell the copies apart.
begin
    if exists (
        select from etl.load as earlier
        inner join etl.dataset as declared on declared.name = earlier.dataset
        where earlier.delivery_id = this.delivery_id and earlier.state = 'applied'
            and declared.mode = 'append' and declared.key_columns = '{}'
    ) then
        raise exception 'this file was appended already and its rows have no key - '
            'delete them from the table first, then send the file under a new name'
            using errcode = 'SC001';
    end if;
end;
$$;
