-- {{ dataset.name }}: what its tables and columns are.
comment on table {{ live }} is {{ dataset.description | literal }};
{%- for column in columns if column.description %}
comment on column {{ live }}.{{ column.quoted }} is {{ column.description | literal }};
{%- endfor %}
{%- if mode == "history" %}
comment on column {{ live }}.valid_from is 'From when on this version holds';
comment on column {{ live }}.valid_to is 'Until when, exclusive; null while it holds';
comment on column {{ live }}.is_current is 'Whether it holds now';
{%- endif %}
{%- if remembered %}
comment on table {{ gone }} is 'When keys were deleted: an older row does not bring one back';
{%- endif %}
comment on table {{ lock }} is 'Empty; a load locks it first';
comment on table {{ stage }} is 'Empty; the stage table of a load is made like it';
