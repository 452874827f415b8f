{#- A row as one text, the same in both databases: a field is null (-), or what tells it from any
    other value. A text enters by its digest: a text of texts would not fit in a varchar. So does a
    json, which transform writes as jsonb does. -#}
{% macro field(column, side, indent) -%}
{%- set value = side ~ "." ~ column.quoted -%}
{%- if column.base == "json" -%}
coalesce(md5({{ value }}::varchar), '-')
{%- elif column.base in ("varchar", "text") -%}
coalesce(md5({{ value }}), '-')
{%- elif column.base == "numeric" -%}
coalesce({{ value }}::numeric({{ column.size[0] }}, {{ column.size[1] }})::varchar, '-')
{%- elif column.base == "boolean" -%}
case
{{- "\n" ~ " " * (indent + 4) }}when {{ value }} then 't'
{{- "\n" ~ " " * (indent + 4) }}when not {{ value }} then 'f'
{{- "\n" ~ " " * (indent + 4) }}else '-'
{{- "\n" ~ " " * indent }}end
{%- elif column.base in ("real", "double") -%}
coalesce(etl.exact({{ value }}::double precision), '-')
{%- elif column.base == "date" -%}
coalesce(to_char({{ value }}, 'YYYY-MM-DD'), '-')
{%- elif column.base == "time" -%}
coalesce(to_char(date '2000-01-01' + {{ value }}, 'HH24:MI:SS.US'), '-')
{%- elif column.base == "timestamp" -%}
coalesce(to_char({{ value }}, 'YYYY-MM-DD HH24:MI:SS.US'), '-')
{%- elif column.base == "timestamptz" -%}
coalesce(
{{- "\n" ~ " " * (indent + 4) }}to_char({{ value }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
{{- "\n" ~ " " * (indent + 4) }}'-'
{{- "\n" ~ " " * indent }})
{%- else -%}
coalesce({{ value }}::varchar, '-')
{%- endif -%}
{%- endmacro %}

{% macro row_text(side, indent) -%}
{%- for column in columns + added -%}
{{ field(column, side, indent) }}
{{- "\n" ~ " " * indent ~ "|| ',' || " if not loop.last }}
{%- endfor -%}
{%- endmacro %}
