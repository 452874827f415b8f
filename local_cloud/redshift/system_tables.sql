-- What Redshift notes about its loads, where `select .. from sys_load_error_detail` finds it under
-- any search_path. The columns are Redshift's:
-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html
-- https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
set allow_system_table_mods = on;

create table if not exists pg_catalog.local_load_errors (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name char(64),
    table_id integer,
    start_time timestamp,
    file_name char(256),
    line_number bigint,
    column_name char(127),
    column_type char(10),
    column_length char(10),
    position integer,
    error_code integer,
    error_message char(512),
    raw_line char(1024),
    raw_field_value char(1024)
);

create table if not exists pg_catalog.sys_load_history (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name text,
    status text,
    table_name text,
    start_time timestamp,
    end_time timestamp,
    duration bigint,
    data_source text,
    file_format text,
    loaded_rows bigint,
    loaded_bytes bigint,
    source_file_count integer,
    source_file_bytes bigint,
    file_count_scanned integer,
    file_bytes_scanned bigint,
    error_count bigint,
    copy_job_id bigint
);

create or replace view pg_catalog.sys_load_error_detail as
select
    user_id,
    query_id,
    transaction_id,
    session_id,
    database_name,
    table_id,
    start_time,
    file_name,
    line_number,
    column_name,
    column_type,
    column_length,
    position,
    error_code,
    error_message
from pg_catalog.local_load_errors;

create or replace view pg_catalog.stl_load_errors as
select
    user_id as userid,
    0 as slice,
    table_id as tbl,
    start_time as starttime,
    session_id as session,
    query_id::integer as query,
    file_name as filename,
    line_number,
    column_name as colname,
    column_type as type,
    column_length as col_length,
    position,
    raw_line,
    raw_field_value,
    error_code as err_code,
    substr(error_message, 1, 100)::char(100) as err_reason,
    0 as is_partial,
    0::bigint as start_offset
from pg_catalog.local_load_errors;

create or replace function pg_catalog.pg_last_copy_id() returns integer
    language sql stable
as $$
select coalesce(nullif(current_setting('local_redshift.last_copy_id', true), '')::integer, -1)
$$;

create or replace function pg_catalog.pg_last_copy_count() returns bigint
    language sql stable
as $$
select coalesce(nullif(current_setting('local_redshift.last_copy_count', true), '')::bigint, 0)
$$;

grant select, insert on pg_catalog.local_load_errors, pg_catalog.sys_load_history to public;
grant select on pg_catalog.sys_load_error_detail, pg_catalog.stl_load_errors to public;
reset allow_system_table_mods;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_Schemas_and_tables.html
grant create, usage on schema public to public;
