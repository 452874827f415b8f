-- {{ dataset.name }}: the live table. It is created once and never dropped.
create schema if not exists {{ schema }};

create table if not exists {{ live }} (
{%- for column in columns %}
    {{ column.quoted }} {{ column.sql_type }}{{ "" if column.nullable else " not null" }}
    {{- "," if key or not loop.last }}
{%- endfor %}
{%- if key %}
    primary key ({{ key | names }})
{%- endif %}
);
comment on table {{ live }} is {{ dataset.description | literal }};

select etl.align_table({{ dataset.name | literal }});
{% for column in columns if column.description %}
comment on column {{ live }}.{{ column.quoted }} is {{ column.description | literal }};
{%- endfor %}
{% for index in indexes %}
create index if not exists {{ index.name }} on {{ live }} ({{ index.columns | names }});
{%- endfor %}
