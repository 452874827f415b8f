create or replace procedure etl.check_follows(_dataset varchar, _previous varchar)
language plpgsql
as $$
-- Raise unless the load that PostgreSQL applied before this one is here: a table that began empty,
-- or in another warehouse, would for ever lack what came before.
declare
    _here bigint;
begin
    select count(*) into _here from etl.applied where load_id = _previous;
    if _here = 0 then
        raise exception
            'Redshift lacks load %, which came before - run: stagecoach migrate-table %',
            _previous, _dataset;
    end if;
end;
$$;
