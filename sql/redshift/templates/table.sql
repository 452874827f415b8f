-- {{ dataset.name }}: its tables. The live one is created once and never dropped: align.sql says what it
-- lacks. Keys are declared and not enforced; only they are not null, so that no later declaration
-- needs a new table.
create schema if not exists {{ schema }};

create table if not exists {{ live }} (
{%- for column in columns + added %}
    {{ column.quoted }} {{ column.sql_type }}{{ " not null" if column.is_key }}
    {{- "," if key or not loop.last }}
{%- endfor %}
{%- if mode == "history" %}
    primary key ({{ key | names }}, valid_from)
{%- elif key %}
    primary key ({{ key | names }})
{%- endif %}
)
diststyle {{ target.diststyle }}
{%- if target.distkey %}
distkey ({{ target.distkey | quote }})
{%- endif %}
{%- if target.sortkey %}
sortkey ({{ target.sortkey | names }})
{%- endif %}
encode auto;
{% if remembered %}
create table if not exists {{ gone }} (
{%- for column in remembered %}
    {{ column.quoted }} {{ column.sql_type }}{{ " not null" if column.is_key }},
{%- endfor %}
    primary key ({{ key | names }})
);
{% endif %}
-- Empty: locking it is the first statement of a load, so that loads of this table take turns.
create table if not exists {{ lock }} (
    nothing boolean
);

-- Empty: the columns as the clean Parquet has them. The stage table of a load is made like it.
drop table if exists {{ stage }};
create table {{ stage }} (
{%- for column in columns %}
    {{ column.quoted }} {{ column.stage_type }},
{%- endfor %}
    _row_no bigint,
    _row_hash bigint
);
