-- {{ dataset.name }}: the live table. It is created once and never dropped.
create schema if not exists {{ schema }};

create table if not exists {{ live }} (
{%- for column in columns %}
    {{ column.quoted }} {{ column.sql_type }}{{ "" if column.nullable else " not null" }}
    {{- "," if key or not loop.last }}
{%- endfor %}
{%- if mode == "history" %}
    valid_from timestamp with time zone not null,
    valid_to timestamp with time zone
    constraint "a version ends after it begins" check (valid_to > valid_from),
    is_current boolean not null generated always as (valid_to is null) stored,
    primary key ({{ key | names }}, valid_from)
{%- elif key %}
    primary key ({{ key | names }})
{%- endif %}
);
comment on table {{ live }} is {{ dataset.description | literal }};

select etl.align_table({{ dataset.name | literal }});
{% for column in columns if column.description %}
comment on column {{ live }}.{{ column.quoted }} is {{ column.description | literal }};
{%- endfor %}
{%- if mode == "history" %}

comment on column {{ live }}.valid_from is 'From when on this version holds';
comment on column {{ live }}.valid_to is 'Until when, exclusive; null while it holds';
comment on column {{ live }}.is_current is 'Whether it holds now';

create unique index if not exists {{ current_index }} on {{ live }} ({{ key | names }})
where is_current;
{%- endif %}
{%- if deleted_when and order_by %}

create table if not exists {{ gone }} (
{%- for column in columns if column.name in key or column.name == order_column %}
    {{ column.quoted }} {{ column.sql_type }},
{%- endfor %}
    primary key ({{ key | names }})
);
comment on table {{ gone }} is 'When keys were deleted: an older row does not bring one back';
{%- endif %}
{% for index in indexes %}
create index if not exists {{ index.name }} on {{ live }} ({{ index.columns | names }});
{%- endfor %}
