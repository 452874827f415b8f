{#- Equality as PostgreSQL has it. Redshift ignores trailing blanks when it compares varchars, so
    that texts are equal only with equal lengths in bytes; and nothing there is `is distinct`. -#}
{% macro same(name, left, right, indent) -%}
{{ left }}.{{ name | quote }} = {{ right }}.{{ name | quote }}
{%- if name in texts %}
{{ " " * indent }}and octet_length({{ left }}.{{ name | quote }})
{{ " " * indent }}= octet_length({{ right }}.{{ name | quote }})
{%- endif %}
{%- endmacro %}

{% macro equal(left, right, indent=8) -%}
{%- for name in key %}{{ same(name, left, right, indent) }}
{{- "\n" ~ " " * indent ~ "and " if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Equal or both null: every column that is not of the key. -#}
{% macro unchanged(left, right, indent) -%}
{%- set margin = "\n" ~ " " * indent -%}
{%- if evolves %}{{ left }}._differs is null{{ margin ~ "and " if values }}{% endif -%}
{%- for name in values -%}
({{ margin }}    {{ same(name, left, right, indent + 4) }}
{{- margin }}    or {{ left }}.{{ name | quote }} is null
{{- margin }}    and {{ right }}.{{ name | quote }} is null
{{- margin }}){{ margin ~ "and " if not loop.last }}
{%- endfor -%}
{%- endmacro %}

{#- The key, for `group by` and `partition by`. -#}
{% macro grouped(columns, side, indent=8) -%}
{%- for name in columns %}{{ side }}.{{ name | quote }}
{%- if name in texts %}, octet_length({{ side }}.{{ name | quote }}){% endif %}
{{- ",\n" ~ " " * indent if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Null is older than anything; a text that another one begins with is older. -#}
{% macro is_older(left, right) -%}
{%- set ours = left ~ "." ~ order_column | quote -%}
{%- set theirs = right ~ "." ~ order_column | quote -%}
(
            {{ ours }} < {{ theirs }}
{%- if order_column in texts %}
            or {{ ours }} = {{ theirs }} and octet_length({{ ours }}) < octet_length({{ theirs }})
{%- endif %}
            or {{ ours }} is null and {{ theirs }} is not null
        )
{%- endmacro %}
