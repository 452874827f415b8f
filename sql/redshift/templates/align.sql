{% macro differences(first, table_schema, table_name, relation, wanted, remedy) %}
select
    {{ first }} + coalesce(wanted.place, 9999) as place,
    {{ relation | literal }} || case
        when present.name is null then ' has no column ' || wanted.name
        when wanted.name is null then ' has an undeclared column ' || present.name
        when wanted.type <> present.type
            then
                ' has the column ' || wanted.name || ' as ' || present.type
                || ', the declaration says ' || wanted.type
        when wanted.is_key then ' has null in the key column ' || wanted.name
        else ' refuses null in the column ' || wanted.name || ', which is not of the key'
    end as difference,
    case
        when present.name is null and not wanted.is_key
            then
                {{ ("alter table " ~ relation) | literal }}
                || ' add column ' || wanted.definition || ';'
        when wanted.name is null
            then
                {{ ("alter table " ~ relation) | literal }}
                || ' drop column "' || present.name || '" cascade;'
        when wanted.type <> present.type and wanted.length > present.length and not wanted.is_key
            then
                {{ ("alter table " ~ relation) | literal }}
                || ' alter column ' || wanted.quoted || ' type ' || wanted.type || ';'
        else
            {{ remedy | replace("; ", ";\n") | literal | replace(";\n", "; '\n            || '") }}
    end as statement,
    wanted.name is not null and not wanted.is_key
    and (present.name is null or coalesce(wanted.length > present.length, false)) as is_safe
from (
{%- for column in wanted %}
    {{ "union all" if not loop.first }}
    select
        {{ loop.index }} as place,
        {{ column.name | literal }} as name,
        {{ column.quoted | literal }} as quoted,
        {{ (column.quoted ~ " " ~ column.sql_type) | literal }} as definition,
        {{ column.catalogue_type | literal }} as type,
        {{ column.room | literal }}::integer as length,
        {{ column.is_key | literal }} as is_key
{%- endfor %}
) as wanted
full join
    (
        select
            column_name::varchar as name,
            case data_type::varchar
                when 'character varying'
                    then 'varchar(' || character_maximum_length::varchar || ')'
                when 'numeric'
                    then
                        'numeric(' || numeric_precision::varchar
                        || ', ' || numeric_scale::varchar || ')'
                else data_type::varchar
            end as type,
            character_maximum_length::integer as length,
            is_nullable = 'YES' as may_be_null
        from information_schema.columns
        where table_schema = {{ table_schema | literal }} and table_name = {{ table_name | literal }}
    ) as present
    on wanted.name = present.name
where
    present.name is null
    or wanted.name is null{{ " and not (" ~ extra ~ ")" if extra }}
    or wanted.type <> present.type
    or wanted.is_key = present.may_be_null
{%- endmacro -%}

-- {{ dataset.name }}: where the tables there are differ from the declaration, and what would
-- mend it. Nothing is changed here: a varchar cannot be widened inside a transaction. What is safe
-- loses no value and keeps no reader out for long; a key cannot be changed in place at all.
{% set again = "drop table " ~ live ~ "; deploy, then: stagecoach migrate-table " ~ dataset.name %}
{% set forget = "drop table " ~ gone ~ "; deploy (late rows may bring deleted keys back)" %}
{% set extra = "present.type = 'varchar(65535)'" if dataset.drift == "evolve" else "" %}
{{ differences(0, target.schema, target.table, live, columns + added, again) }}
{%- if remembered %}
{% set extra = "" %}
union all
{{- differences(10000, "etl", "gone__" ~ dataset.name, gone, remembered, forget) }}
{%- endif %}
order by place;
