"""From a declaration to its tables and procedures in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stagecoach.dataset import Column, Dataset
from stagecoach.mend import fills_whole
from workbench.quoting import index_name, quote
from workbench.render.templates import ADDED, environment, tidy

# The declaration's types as pg_catalog.format_type spells them.
CATALOGUE_TYPES = {
    "varchar": "character varying",
    "double": "double precision",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "json": "jsonb",
}
EXTRA = "_extra_columns"
SQL_TYPES = {"double": "double precision", "json": "jsonb"}


def render_dataset(dataset: Dataset, root: Path) -> dict[str, str]:
    """The files of one dataset: `dataset.sql`, `table.sql`, `merge.sql`; `evolve.sql` if it may,
    `hash.sql` if Redshift has the same table.
    """
    templates = environment(root / "sql", "postgres")
    values = context(dataset)
    merge = "history.sql" if dataset.load.mode == "history" else "merge.sql"
    sources = {"dataset.sql": "dataset.sql", "table.sql": "table.sql", "merge.sql": merge}
    texts = {
        file: tidy(templates.get_template(source).render(values))
        for file, source in sources.items()
    }
    if dataset.drift == "evolve":
        merge_text = tidy(templates.get_template(merge).render(with_extra_columns(values)))
        evolve = templates.get_template("evolve.sql").render(values, merge_text=merge_text)
        texts["evolve.sql"] = tidy(evolve)
    if dataset.redshift is not None:
        texts["hash.sql"] = tidy(templates.get_template("hash.sql").render(values))
    return texts


def with_extra_columns(values: dict[str, Any]) -> dict[str, Any]:
    """The same with a column that stands for those which files bring: `etl.define_merge`."""
    return {**values, **{each: [EXTRA, *values[each]] for each in ("names", "values")}}


def context(dataset: Dataset) -> dict[str, Any]:
    """What the templates may name."""
    target = dataset.postgres
    keyed = list(dataset.key)
    every = [column.name for column in dataset.columns]
    load, order_by = dataset.load, dataset.load.order_by
    return {
        "dataset": dataset,
        "mode": load.mode,
        "schema": quote(target.schema),
        "live": f"{quote(target.schema)}.{quote(target.table)}",
        "merge": f"etl.{quote(f'merge__{dataset.name}')}",
        "hash": f"etl.{quote(f'hash__{dataset.name}')}",
        "hash_part": f"etl.{quote(f'hash_part__{dataset.name}')}",
        "columns": [column_context(column) for column in dataset.columns],
        "added": [column_context(each) for each in ADDED] if load.mode == "history" else [],
        "names": every,
        "key": keyed,
        "is_whole": fills_whole(dataset),
        "values": [name for name in every if name not in keyed],
        "order_by": quote(order_by) if order_by else None,
        "order_column": order_by,
        "moment": moment(dataset),
        "deletes": load.deletes,
        "deleted_when": quote(load.deleted_when) if load.deleted_when else None,
        "gone": f"etl.{quote(f'gone__{dataset.name}')}",
        "current_index": quote(index_name(target.table, ("current",))),
        "max_deletes": load.max_deletes,
        "inputs": [each.name for each in dataset.source.mart.inputs] if dataset.source.mart else [],
        "wanted_indexes": json.dumps(
            {index_name(target.table, index): list(index) for index in target.indexes}
        ),
        "catalogue_columns": catalogue_columns(dataset),
    }


def moment(dataset: Dataset) -> str:
    """When a staged row of a history begins to hold; times without a zone are UTC."""
    order_by = dataset.load.order_by
    if order_by is None:
        return "ours.sent_at"
    kind = next(column.kind.base for column in dataset.columns if column.name == order_by)
    column = f"staged.{quote(order_by)}"
    return column if kind == "timestamptz" else f"{column}::timestamp at time zone 'UTC'"


def catalogue_columns(dataset: Dataset) -> str:
    """The columns as the ledger keeps them: a JSON list, one column a line."""
    columns = (
        {"name": c.name, "type": catalogue_type(c), "nullable": is_nullable(c, dataset.key)}
        for c in dataset.columns
    )
    return "[\n" + ",\n".join("        " + json.dumps(column) for column in columns) + "\n    ]"


def column_context(column: Column) -> dict[str, Any]:
    """One column of the live table."""
    kind = column.kind
    return {
        "name": column.name,
        "quoted": quote(column.name),
        "base": kind.base,
        "size": kind.size,
        "sql_type": SQL_TYPES.get(kind.base, kind.text),
        "nullable": column.nullable,
        "description": column.description,
    }


def is_nullable(column: Column, key: Iterable[str]) -> bool:
    """Whether the live column may be null; a primary key makes its columns not null."""
    return column.nullable and column.name not in key


def catalogue_type(column: Column) -> str:
    """A type as the catalogue prints it: `numeric(12,2)`, `character varying(8)`."""
    kind = column.kind
    args = (*kind.args, 0) if kind.base == "numeric" and len(kind.args) == 1 else kind.args
    base = CATALOGUE_TYPES.get(kind.base, kind.base)
    return f"{base}({','.join(map(str, args))})" if args else base
