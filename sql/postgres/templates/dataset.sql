-- {{ dataset.name }}: what the ledger must know of the declaration.
insert into etl.dataset (
    name, mode, target_schema, target_table, key_columns, order_by,
    columns, alert_success, alert_failure, drift, redshift, deleted_when, steps, is_whole,
    lookups, refuses_versions, inputs, recipe
)
values (
    {{ dataset.name | literal }},
    {{ dataset.load.mode | literal }},
    {{ dataset.postgres.schema | literal }},
    {{ dataset.postgres.table | literal }},
    {{ key | array }},
    {{ dataset.load.order_by | literal }},
    {{ catalogue_columns | literal }},
    {{ dataset.alerts.success | literal }},
    {{ dataset.alerts.failure | literal }},
    {{ dataset.drift | literal }},
    {{ (dataset.redshift is not none) | literal }},
    {{ dataset.load.deleted_when | literal }},
    {{ dataset.after | array }},
    {{ is_whole | literal }},
    {{ dataset.lookups | array }},
    {{ (dataset.load.versions == "refuse") | literal }},
    {{ inputs | array }},
    {{ dataset.recipe | literal }}
)
on conflict (name) do update
    set
        mode = excluded.mode,
        target_schema = excluded.target_schema,
        target_table = excluded.target_table,
        key_columns = excluded.key_columns,
        order_by = excluded.order_by,
        columns = excluded.columns,
        alert_success = excluded.alert_success,
        alert_failure = excluded.alert_failure,
        drift = excluded.drift,
        redshift = excluded.redshift,
        deleted_when = excluded.deleted_when,
        steps = excluded.steps,
        is_whole = excluded.is_whole,
        lookups = excluded.lookups,
        refuses_versions = excluded.refuses_versions,
        inputs = excluded.inputs,
        recipe = excluded.recipe,
        merge_template = null;
