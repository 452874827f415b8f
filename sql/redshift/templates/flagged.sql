{#- What an upsert does with rows that say their key is deleted. -#}
{% from "text.sql" import equal, is_older with context %}

{% macro remove_flagged() %}
{%- if order_column %}
    -- A row that is older than the deletion of its key does not bring it back.
    delete from _staged
    using {{ gone }} as gone
    where {{ equal("_staged", "gone") }}
        and {{ is_older("_staged", "gone") }};
    get diagnostics _flagged_stale := row_count;
{% endif %}
    create temp table _flagged as
    select
        {{ (key + ([order_column] if order_column and order_column not in key else [])) | listed(8, "_staged") }},
        case
            when live.{{ key[0] | quote }} is null then 'missing'
{%- if order_column %}
            when
                {{ is_older("_staged", "live") | indent(8) }}
                then 'stale'
{%- endif %}
            else 'delete'
        end::varchar(9) as _action
    from _staged
    left join {{ live }} as live
        on {{ equal("_staged", "live") }}
    where _staged.{{ deleted_when | quote }};

    delete from {{ live }}
    using _flagged
    where {{ equal("_flagged", table) }}
        and _flagged._action = 'delete';
    get diagnostics _flagged_deleted := row_count;

    select
        _flagged_stale + coalesce(sum(case when _action = 'stale' then 1 else 0 end), 0),
        coalesce(sum(case when _action = 'missing' then 1 else 0 end), 0)
    into _flagged_stale, _flagged_missing
    from _flagged;

    delete from _staged where {{ deleted_when | quote }};
{%- if order_column %}

    delete from {{ gone }}
    using _staged
    where {{ equal("_staged", "gone__" ~ dataset.name) }};

    delete from {{ gone }}
    using _flagged
    where {{ equal("_flagged", "gone__" ~ dataset.name) }}
        and _flagged._action <> 'stale';

    insert into {{ gone }} (
        {{ remembered | map(attribute="name") | listed(8) }}
    )
    select
        {{ remembered | map(attribute="name") | listed(8, "_flagged") }}
    from _flagged
    where _action <> 'stale';
{%- endif %}
    drop table _flagged;
{%- endmacro %}

{% macro count_flagged() %}
    _updated := _updated + _flagged_deleted;
    _deleted := _flagged_deleted;
    _unchanged := _unchanged + _flagged_missing;
    _stale := _stale + _flagged_stale;
{%- endmacro %}
