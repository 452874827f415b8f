create or replace function etl.state_of(load_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
-- Answers {load_id, state, attempt}; an unknown load is an error.
declare
    this etl.load;
begin
    select * into this from etl.load where etl.load.load_id = state_of.load_id;
    if this.load_id is null then
        raise exception 'there is no load %', state_of.load_id using errcode = 'SC002';
    end if;
    return jsonb_build_object(
        'load_id', this.load_id, 'state', this.state, 'attempt', this.attempt
    );
end;
$$;
