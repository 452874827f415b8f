create or replace procedure etl.check_stage(
    _stage varchar, _rows bigint, _sum numeric, _good bigint, _hash_sum varchar
)
language plpgsql
as $$
-- Raise unless a stage table holds exactly the manifest's rows. _row_hash covers _row_no, so equal
-- count and equal sum mean that no row is missing, doubled or changed.
declare
    _wanted numeric(38, 0) := coalesce(_hash_sum, '0')::numeric(38, 0);
begin
    if _rows <> _good or _sum <> _wanted then
        raise exception
            'the stage table % holds % rows with hash sum %, the manifest says % and %',
            _stage, _rows, _sum, _good, _wanted;
    end if;
end;
$$;
