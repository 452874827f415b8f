create or replace function etl.current_attempt(load_id uuid, attempt integer) returns etl.load
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Answer the running load when `attempt` is its current one; raise SC002 otherwise: the caller
-- belongs to an attempt that is over. Nothing is locked: each attempt has a stage table of its own.
declare
    this etl.load;
begin
    select * into this from etl.load
    where etl.load.load_id = current_attempt.load_id;
    if this.load_id is null then
        raise exception 'there is no load %', current_attempt.load_id using errcode = 'SC002';
    end if;
    if this.state <> 'running' or this.attempt <> current_attempt.attempt then
        raise exception 'attempt % of load % is over: the load is % at attempt %',
            current_attempt.attempt, this.load_id, this.state, this.attempt
            using errcode = 'SC002';
    end if;
    return this;
end;
$$;
