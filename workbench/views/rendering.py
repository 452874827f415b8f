"""Views as the SQL that both databases run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlglot import ErrorLevel, exp, parse_one

from stagecoach.dataset import Dataset
from stagecoach.declaration.marts.query import sources
from workbench.quoting import array, literal, quote
from workbench.views.view import Relation, View, live_tables

FOLDER = "dataset_views"


def render(views: Sequence[View], datasets: Mapping[str, Dataset]) -> dict[str, str]:
    """Every file: relative path (`postgres/..`, `redshift/..`) -> text; `views` are in order."""
    texts = {}
    for place, view in enumerate(views, start=1):
        name = ".".join(view.relation)
        texts[f"postgres/{FOLDER}/{place:03}_{name}.sql"] = postgres(view, place, datasets)
        if "redshift" in view.targets:
            texts[f"redshift/{FOLDER}/{redshift_file(view)}"] = redshift(view, datasets)
    return texts


def postgres(view: View, place: int, datasets: Mapping[str, Dataset]) -> str:
    """What makes the view in PostgreSQL, and tells the ledger of the one in Redshift."""
    names = array(list(view.datasets))
    lines = [f"-- {view.schema}.{view.name}: {view.description}"]
    if "postgres" in view.targets:
        told = ", ".join(
            [
                *(str(place), literal(view.schema), literal(view.name), literal(view.description)),
                *(literal(view.materialized), array(list(view.key)), names),
            ]
        )
        lines += [
            f"create schema if not exists {quote(view.schema)};",
            f"select etl.declare_view(\n    {told},\n    {_dollars(view.query)}\n);",
        ]
    if "redshift" in view.targets:
        told = ", ".join(
            [
                *(str(place), literal(view.schema), literal(view.name)),
                *(literal(view.materialized), names),
            ]
        )
        text = _dollars(query_in_redshift(view, datasets))
        lines.append(f"select etl.note_view(\n    {told},\n    {text}\n);")
    return "\n".join(lines) + "\n"


def redshift_file(view: View) -> str:
    """The name of its file there: with other columns it is another file, and the old one's view
    is dropped; with the same ones it is replaced and keeps its rights.
    """
    kind = "materialized" if view.materialized else "view"
    columns = ",".join(f"{name} {type_}" for name, type_ in view.columns.items())
    return (
        f"{view.schema}.{view.name}.{kind}-{hashlib.sha256(columns.encode()).hexdigest()[:8]}.sql"
    )


def redshift(view: View, datasets: Mapping[str, Dataset]) -> str:
    """What makes the view in Redshift. A plain one binds late: no change of a table breaks it."""
    name = f"{quote(view.schema)}.{quote(view.name)}"
    query = query_in_redshift(view, datasets)
    head = (
        f"-- {view.schema}.{view.name}: {view.description}\n"
        f"create schema if not exists {quote(view.schema)};\n"
    )
    if view.materialized:
        return (
            f"-- reads: {', '.join(view.datasets)}\n"
            f"{head}drop materialized view if exists {name};\n"
            f"create materialized view {name}\nauto refresh no\nas\n{query};\n"
        )
    return (
        f"{head}create or replace view {name} as\n{query}\nwith no schema binding;\n"
        f"comment on view {name} is {literal(view.description)};\n"
    )


def query_in_redshift(view: View, datasets: Mapping[str, Dataset]) -> str:
    """The query in Redshift's dialect, over the tables that are there.

    Raises sqlglot's UnsupportedError for what has no words there.
    """
    assert view.tree is not None  # noqa: S101 - it was loaded
    tree = view.tree.copy()
    live = live_tables(datasets.values())
    for table in sources(tree):
        dataset = live.get((table.db, table.name))
        if dataset is not None and dataset.redshift is not None:
            _move(table, (dataset.redshift.schema, dataset.redshift.table))
    for node in reversed(list(tree.walk(bfs=False))):  # what is within comes first
        said = _said_otherwise(node)
        if said is not node:
            node.replace(said)
    text: str = tree.sql("redshift", pretty=True, unsupported_level=ErrorLevel.RAISE)
    return text


def _move(table: exp.Table, to: Relation) -> None:
    """Read another table under the name that the query calls this one by."""
    schema, name = to
    if not table.alias and table.name != name:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
    table.set("db", exp.to_identifier(schema))
    table.set("this", exp.to_identifier(name))


def _said_otherwise(node: exp.Expression) -> exp.Expression:
    """What Redshift has no words for, in words that both have."""
    if isinstance(node, exp.Filter):
        return _filtered(node)
    if isinstance(node, exp.GroupConcat) and isinstance(node.this, exp.Order):
        return _ordered(node)
    if isinstance(node, exp.NullSafeNEQ | exp.NullSafeEQ):
        equal = isinstance(node, exp.NullSafeEQ)
        pattern = "coalesce(x = y, x is null and y is null)"
        if not equal:
            pattern = "coalesce(x <> y, (x is null) <> (y is null))"
        return _with(pattern, node.this, node.expression)
    return node


def _filtered(node: exp.Filter) -> exp.Expression:
    """`count(*) filter (where a)` as `count(case when a then 1 end)`."""
    function, condition = node.this.copy(), node.expression.this
    if isinstance(function, exp.WithinGroup):
        filtered = exp.Filter(this=function.this.copy(), expression=node.expression.copy())
        function.set("this", _filtered(filtered))
        return function
    value = exp.Literal.number(1) if isinstance(function.this, exp.Star) else function.this
    inner = value.expressions[0] if isinstance(value, exp.Distinct) else value
    chosen = exp.Case(ifs=[exp.If(this=condition.copy(), true=inner.copy())])
    if isinstance(value, exp.Distinct):
        function.set("this", exp.Distinct(expressions=[chosen]))
    else:
        function.set("this", chosen)
    return function


def _ordered(node: exp.GroupConcat) -> exp.Expression:
    """`string_agg(a, ',' order by b)` as `listagg(a, ',') within group (order by b)`."""
    order = node.this
    function = exp.GroupConcat(this=order.this.copy(), separator=node.args.get("separator"))
    parts = [each.copy() for each in order.expressions]
    return exp.WithinGroup(this=function, expression=exp.Order(expressions=parts))


def _with(pattern: str, x: exp.Expression, y: exp.Expression) -> exp.Expression:
    def put(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name in ("x", "y"):
            return exp.Paren(this=(x if node.name == "x" else y).copy())
        return node

    return exp.Paren(this=parse_one(pattern).transform(put))


def _dollars(text: str) -> str:
    tag = "$view$"
    while tag in text:
        tag = tag[:-1] + "_$"
    return f"{tag}\n{text}\n{tag}"
