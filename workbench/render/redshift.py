"""From a declaration to its tables and procedures in Redshift; nothing where it has no target."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from stagecoach.dataset import Column, Dataset, RedshiftTarget
from stagecoach.quoting import redshift_literal
from workbench import quoting
from workbench.quoting import quote
from workbench.render.templates import ADDED, environment, tidy

FILES = (
    "table.sql",
    "align.sql",
    "comments.sql",
    "adopt.sql",
    "merge.sql",
    "hash.sql",
    "migrate.sql",
)
TIME_BYTES = 15  # 23:59:59.999999
# The live types as information_schema.columns spells them.
CATALOGUE_TYPES = {
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}


def render_dataset(dataset: Dataset, root: Path) -> dict[str, str]:
    """The files of one dataset, in the order of `FILES`; `docs/seams.md` says what each is."""
    if dataset.redshift is None:
        return {}
    templates = environment(root / "sql", "redshift")
    templates.filters.update(literal=literal, said=said)
    values = context(dataset, dataset.redshift)
    files = [file for file in FILES if file != "adopt.sql" or values["evolves"]]
    return {file: tidy(templates.get_template(file).render(values)) for file in files}


def literal(value: str | float | bool | None) -> str:
    """A value as Redshift reads it back: a backslash escapes there."""
    return redshift_literal(value) if isinstance(value, str) else quoting.literal(value)


def said(sql: str, indent: int) -> str:
    """SQL as literals put together, a condition on each line, in which `_sent_` is the load's."""
    conditions = re.split(r" (?=and )", " ".join(sql.split()))
    before = " " if sql.startswith(" ") else ""
    lines = [literal(before + conditions[0]), *(literal(f" {each}") for each in conditions[1:])]
    told = f"\n{' ' * indent}|| ".join(lines)
    return told.replace("_sent_", f"'\n{' ' * indent}|| quote_literal(_sent_at) || '")


def context(dataset: Dataset, target: RedshiftTarget) -> dict[str, Any]:
    """What the templates may name."""
    load = dataset.load
    every = [column.name for column in dataset.columns]
    columns = [column_context(column, dataset.key) for column in dataset.columns]
    added = [column_context(column, ("valid_from", "is_current")) for column in ADDED]
    remembered = {*dataset.key, load.order_by} if load.deleted_when and load.order_by else set()
    return {
        "dataset": dataset,
        "mode": load.mode,
        "schema": quote(target.schema),
        "table": quote(target.table),
        "live": f"{quote(target.schema)}.{quote(target.table)}",
        "stage": f"stage.{quote(dataset.name)}",
        "lock": f"etl.{quote(f'lock__{dataset.name}')}",
        "apply": f"etl.{quote(f'apply__{dataset.name}')}",
        "adopt": f"etl.{quote(f'adopt__{dataset.name}')}",
        "hash": f"etl.{quote(f'hash__{dataset.name}')}",
        "gone": f"etl.{quote(f'gone__{dataset.name}')}",
        "target": target,
        "columns": columns,
        "remembered": [column for column in columns if column["name"] in remembered],
        "added": added if load.mode == "history" else [],
        "texts": {column["name"] for column in columns if column["is_text"]},
        "names": every,
        "declared": [literal(name) for name in every],
        "key": list(dataset.key),
        "values": [name for name in every if name not in dataset.key],
        "order_column": load.order_by,
        "moment": moment(dataset),
        "held_at": moment(dataset) if load.order_by else "_sent_::timestamptz",
        "evolves": dataset.drift == "evolve",
        "casts": {"time": "::time", "timestamptz": " at time zone 'UTC'"},
        "deletes": load.deletes,
        "deleted_when": load.deleted_when,
        "max_deletes": load.max_deletes,
    }


def moment(dataset: Dataset) -> str:
    """When a staged row of a history begins to hold; times without a zone are UTC."""
    order_by = dataset.load.order_by
    if order_by is None:
        return "_sent"
    kind = next(column.kind.base for column in dataset.columns if column.name == order_by)
    column = f"_staged.{quote(order_by)}"
    return column if kind == "timestamptz" else f"{column}::timestamp at time zone 'UTC'"


def column_context(column: Column, key: tuple[str, ...]) -> dict[str, Any]:
    """One column of the live table, and what it is in a stage table."""
    base = column.kind.base
    kinds = {"double": "double precision", "numeric": "numeric({}, {})".format(*column.kind.size)}
    live = f"varchar({column.room})" if column.room else kinds.get(base, base)
    staged = {"time": f"varchar({TIME_BYTES})", "timestamptz": "timestamp"}
    return {
        "name": column.name,
        "quoted": quote(column.name),
        "base": base,
        "sql_type": live,
        "stage_type": staged.get(base, live),
        "catalogue_type": CATALOGUE_TYPES.get(base, live),
        "room": column.room,
        "size": column.kind.size,
        "is_text": column.room is not None,
        "is_key": column.name in key,
        "description": column.description,
    }
