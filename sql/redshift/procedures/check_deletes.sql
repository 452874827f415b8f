create or replace procedure etl.check_deletes(
    _load_id varchar, _live varchar, _deletes bigint, _live_rows bigint,
    _max_share double precision, _max_count bigint, _approved bigint
)
language plpgsql
as $$
-- The delete guard: raise when more rows would go than the declaration allows and than a person
-- approved for this load. A limit that is null does not limit. PostgreSQL was asked first, so that
-- this one speaks only where the two tables differ.
begin
    if
        (_deletes > _max_share * _live_rows or _deletes > _max_count)
        and (_approved is null or _deletes > _approved)
    then
        raise exception
            '% of % live rows of % would be deleted by load % - PostgreSQL allowed it: they differ',
            _deletes, _live_rows, _live, _load_id;
    end if;
end;
$$;
