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
select etl.align_table({{ dataset.name | literal }});
select etl.align_indexes(
    {{ dataset.name | literal }},
    {{ wanted_indexes | literal }}
);
select etl.describe('table', {{ live | literal }}, null, {{ dataset.description | literal }});
{%- for column in columns if column.description %}
select etl.describe(
    'column', {{ live | literal }}, {{ column.name | literal }}, {{ column.description | literal }}
);
{%- endfor %}
{%- if mode == "history" %}

select etl.describe(
    'column', {{ live | literal }}, 'valid_from', 'From when on this version holds'
);
select etl.describe(
    'column', {{ live | literal }}, 'valid_to', 'Until when, exclusive; null while it holds'
);
select etl.describe('column', {{ live | literal }}, 'is_current', 'Whether it holds now');

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
select etl.align_gone({{ dataset.name | literal }});
select etl.describe(
    'table', {{ gone | literal }}, null,
    'When keys were deleted: an older row does not bring one back'
);
{%- endif %}
