create or replace function etl.is_later(
    a_sequencer text, a_time timestamptz, a_id bigint,
    b_sequencer text, b_time timestamptz, b_id bigint
) returns boolean
language sql immutable
set search_path = ''
as $$
-- Whether version a of an object was created after version b.
-- S3's sequencer decides (hexadecimal, compared after padding); without it time, then arrival.
    select case
        when a_sequencer is not null and b_sequencer is not null and a_sequencer <> b_sequencer
            then rpad(lower(a_sequencer), 64, '0') collate "C" > rpad(lower(b_sequencer), 64, '0')
        else (a_time, a_id) > (b_time, b_id)
    end;
$$;
