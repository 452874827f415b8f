create or replace function etl.check_stage(stage text, manifest jsonb) returns void
language plpgsql
set search_path = ''
as $$
-- Raise SC003 unless the stage table holds exactly the manifest's rows, in one scan.
-- _row_hash covers _row_no, so equal count and equal sum mean that no row is missing, doubled or
-- changed: a doubled row in the place of a missing one shows in the sum.
declare
    good bigint := (manifest -> 'counts' ->> 'good')::bigint;
    hash_sum numeric := coalesce((manifest ->> 'hash_sum')::numeric, 0);
    staged_rows bigint;
    staged_sum numeric;
begin
    if to_regclass(format('stage.%I', stage)) is null then
        raise exception 'stage table % does not exist - the load was not staged', stage
            using errcode = 'SC003';
    end if;
    execute format(
        'select count(*), coalesce(sum(_row_hash), 0) from stage.%I', stage
    ) into staged_rows, staged_sum;
    if staged_rows <> good or staged_sum <> hash_sum then
        raise exception 'the stage table holds % rows with hash sum %, the manifest says % and %',
            staged_rows, staged_sum, good, hash_sum
            using errcode = 'SC003', hint = 'staging was cut short or done twice; it is repeated';
    end if;
end;
$$;
