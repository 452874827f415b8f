create or replace function etl.check_append(this etl.load) returns void
language plpgsql stable
set search_path = ''
as $$
-- Raise SC001 when a delivery of keyless facts is about to be appended for the second time:
-- nothing in its rows would tell the copies apart. Rows that were refused then are mended once.
declare
    earlier etl.load;
begin
    select done.* into earlier from etl.load as done
    inner join etl.dataset as declared on declared.name = done.dataset
    where done.delivery_id = this.delivery_id and done.state = 'applied'
        and declared.mode = 'append' and declared.key_columns = '{}'
        and (
            this.mends is null
            or done.mends = this.mends and done.mended_lines && this.mended_lines
        )
    order by done.generation limit 1;
    if earlier.mends is not null and this.mends is not null then
        raise exception 'load % appended some of these rows already and they have no key - leave '
            'them out; what it refused of them is mended by: stagecoach replay % --rows',
            earlier.load_id, left(earlier.load_id::text, 8) using errcode = 'SC001';
    elsif earlier.load_id is not null then
        raise exception 'this file was appended already and its rows have no key - '
            'delete them from the table first, then send the file under a new name'
            using errcode = 'SC001';
    end if;
end;
$$;
