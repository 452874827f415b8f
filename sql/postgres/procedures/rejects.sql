create or replace function etl.rejects(load_id text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- The first refused rows of a load: [{line, column, rule, found, wanted, raw}].
declare
    wanted_load uuid := etl.find_load(rejects.load_id);
begin
    return (
        select coalesce(
            jsonb_agg(
                to_jsonb(sample) - 'load_id' - 'place' order by sample.place
            ), '[]'
        )
        from etl.reject_sample as sample where sample.load_id = wanted_load
    );
end;
$$;
