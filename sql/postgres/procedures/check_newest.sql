create or replace function etl.check_newest(this etl.load) returns void
language plpgsql stable
set search_path = ''
as $$
-- Raise SC001 when mended rows of a file that was the whole truth come after a later file was
-- applied: that file has said already what is true, also of their keys.
declare
    newer uuid;
begin
    if this.fills_whole is not true then
        return;
    end if;
    select done.load_id into newer
    from etl.delivery as ours
    inner join etl.load as done on done.dataset = this.dataset and done.state = 'applied'
    inner join etl.delivery as later on later.delivery_id = done.delivery_id
    where ours.delivery_id = this.delivery_id and later.delivery_id <> ours.delivery_id
        and etl.is_later(
            later.sequencer, later.event_time, later.delivery_id,
            ours.sequencer, ours.event_time, ours.delivery_id
        )
    limit 1;
    if newer is not null then
        raise exception 'load % brought a whole file that is newer than these rows - mend what '
            'it refused, or send the whole file again', newer using errcode = 'SC001';
    end if;
end;
$$;
