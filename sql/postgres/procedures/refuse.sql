create or replace function etl.refuse(load_id uuid, reason text, rejects jsonb, counts jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- The file, or what is in it, is not what the declaration says: any open state -> rejected.
-- `rejects` is a list of {line, column, rule, found, wanted, raw} or null, `counts` has what is
-- known of read, header, good, rejected, warned. A load that has ended is left alone.
-- Answers {load_id, state, attempt}.
begin
    update etl.load
    set state = 'rejected', reason = refuse.reason, ended_at = clock_timestamp(),
        read = (counts ->> 'read')::bigint,
        header = (counts ->> 'header')::bigint,
        good = (counts ->> 'good')::bigint,
        rejected = (counts ->> 'rejected')::bigint,
        warned = (counts ->> 'warned')::bigint
    where etl.load.load_id = refuse.load_id and state in ('received', 'queued', 'running');
    if found then
        perform etl.keep_rejects(refuse.load_id, refuse.rejects);
        perform etl.write_alert(refuse.load_id);
    end if;
    return etl.state_of(refuse.load_id);
end;
$$;
