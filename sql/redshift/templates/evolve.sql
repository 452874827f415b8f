{#- What `drift: evolve` adds to a merge: columns that files brought and nobody declared, and files
    that lack columns. Only here is SQL put together from names that are not known beforehand. -#}
{% from "text.sql" import equal with context %}

{% macro take_columns() %}
    -- Every column of the live table: a file that lacks one says nothing of it.
    for _column in
        select
            column_name::varchar(127) as name,
            column_name not in (
                {{ declared | join(", ") }}
            ) as is_extra,
{%- set cast = columns | selectattr("base", "in", casts) | list %}
{%- if cast %}
            case column_name::varchar(127)
{%- for column in cast %}
                when {{ column.name | literal }} then {{ casts[column.base] | literal }}
{%- endfor %}
                else ''
            end as cast_to
{%- else %}
            '' as cast_to
{%- endif %}
        from information_schema.columns
        where
            table_schema = {{ target.schema | literal }}
            and table_name = {{ target.table | literal }}
{%- if mode == "history" %}
            and column_name not in ('valid_from', 'valid_to', 'is_current')
{%- endif %}
    loop
        _name := quote_ident(_column.name);
        _names := _names || _name || ', ';
        if _column.is_extra then
            execute 'alter table _staged add column ' || _name || ' varchar(65535)';
            _extras := _extras || ', ' || _name;
            _set := _set || ', ' || _name || ' = _staged.' || _name;
            _same := _same || ' and (_staged.' || _name || ' = live.' || _name
            || ' and octet_length(_staged.' || _name || ') = octet_length(live.' || _name || ')'
            || ' or _staged.' || _name || ' is null and live.' || _name || ' is null)';
        end if;
        select count(*) into _rows from information_schema.columns
        where
            table_schema = 'stage'
            and 'stage.' || table_name = _stage
            and column_name = _column.name;
        if _rows > 0 then
            _found := _found || _name || _column.cast_to || ', ';
        else
            _found := _found || 'null, ';
            _kept := _kept || ', ' || _name || ' = live.' || _name;
        end if;
    end loop;
    execute 'insert into _staged (' || _names || '_row_no, _row_hash) select '
    || _found || '_row_no, _row_hash from ' || _stage;
{%- endmacro %}

{#- `at`: SQL for the version that a staged row meets. -#}
{% macro keep_missing() %}
{%- if key and mode != "replace" %}

    -- Keys keep what they hold in columns that the file lacks; new ones are null there.
    if _kept <> '' then
        execute 'update _staged set ' || substring(_kept, 3)
        || {{ (" from " ~ live ~ " as live where " ~ equal("_staged", "live", 0)) | said(8) }}
{%- if mode == "history" %}
        || {{ (" and live.valid_from <= " ~ held_at ~ " and (live.valid_to is null or live.valid_to > " ~ held_at ~ ")") | said(8) }}
{%- endif %};
    end if;
{%- endif %}
{%- endmacro %}

{% macro compare_extras(version) %}
    if _extras <> '' then
        execute 'update _staged set _differs = true'
        || {{ (" from " ~ live ~ " as live where " ~ equal("_staged", "live", 0)) | said(8) }}
        || {{ version | said(8) }}
        || ' and not coalesce(' || substring(_same, 6) || ', false)';
    end if;
{%- endmacro %}

{% macro write_extras(version, actions, same_version) %}

    if _extras <> '' then
        execute {{ ("update " ~ live ~ " set ") | literal }} || substring(_set, 3)
        || ' from _staged inner join _judged on '
        || {{ version | said(8) }}
        || {{ (" where " ~ equal("_staged", table, 0) ~ same_version) | said(8) }}
        || {{ (" and _judged._action in (" ~ actions ~ ")") | literal }};
    end if;
{%- endmacro %}
