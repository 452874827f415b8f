create or replace procedure etl.check_equation(
    _good bigint, _inserted bigint, _updated bigint, _unchanged bigint, _stale bigint,
    _deduplicated bigint
)
language plpgsql
as $$
-- Raise unless every good row is accounted for.
begin
    if _good <> _inserted + _updated + _unchanged + _stale + _deduplicated then
        raise exception
            'rows do not add up: % good, not % inserted % updated % unchanged % stale % doubled',
            _good, _inserted, _updated, _unchanged, _stale, _deduplicated;
    end if;
end;
$$;
