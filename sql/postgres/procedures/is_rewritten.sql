create or replace function etl.is_rewritten(old_type text, new_type text) returns boolean
language sql immutable
set search_path = ''
as $$
-- Whether PostgreSQL writes every row anew to widen a column, while readers wait.
    select not (
        old_type like 'character varying%'
        or old_type like 'numeric%' and (
            new_type = 'numeric'
            or substring(old_type from ',(\d+)\)') = substring(new_type from ',(\d+)\)')
        )
    );
$$;
