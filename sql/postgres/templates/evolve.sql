-- {{ dataset.name }}: its merge as text. When files bring columns that nobody has declared, each
-- line with _extra_columns becomes one line for each of them.
update etl.dataset
set merge_template = $evolve$
{{ merge_text }}$evolve$
where name = {{ dataset.name | literal }};

select etl.define_merge({{ dataset.name | literal }});
