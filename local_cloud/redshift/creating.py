"""Tables and views of Redshift, as PostgreSQL makes them."""

from __future__ import annotations

import json

from local_cloud.redshift import tables
from local_cloud.redshift.expressions import CATALOG, literal, render
from local_cloud.redshift.lexing import Token, path, starts

Tokens = tuple[Token, ...]


def named(found: list[str]) -> str:
    """A dotted name, each part in quotes."""
    return ".".join(quoted(each) for each in found)


def quoted(name: str) -> str:
    """A name in quotes, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def create_table(source: str, found: Tokens) -> str | None:
    """The table with its byte lengths to come, its keys and its distribution remembered."""
    table = tables.read(found)
    if table is None or not table.name:
        return None
    kind = "temporary table" if table.is_temporary else "table"
    exists = "if not exists " if table.if_not_exists else ""
    name = named(table.name)
    if table.query:
        names = f" ({', '.join(map(quoted, table.query_names))})" if table.query_names else ""
        made = f"create {kind} {exists}{name}{names} as {render(source, table.query)}"
    else:
        parts = [column_text(source, each) for each in table.columns]
        parts += [
            f"like {named(parent)}{' including defaults' if defaults else ''}"
            for parent, defaults in table.likes
        ]
        made = f"create {kind} {exists}{name} (\n    " + ",\n    ".join(parts) + "\n)"
    for parent, _ in table.likes:
        made += f";\ncall {CATALOG}.remember_like({literal(name)}, {literal(named(parent))})"
    return made + remember(name, table.remembered(), "_once" if table.if_not_exists else "")


def remember(name: str, facts: dict[str, object], how: str = "") -> str:
    """Keep what PostgreSQL has no place for; keys make their columns `not null`."""
    if not facts:
        return ""
    return f";\ncall {CATALOG}.remember{how}({literal(name)}, {literal(json.dumps(facts))})"


def column_text(source: str, column: tables.Column) -> str:
    """One column, without keys, encoding and distribution."""
    parts = [quoted(column.name), column.type.in_column()]
    if column.default:
        parts.append("default " + render(source, column.default))
    if column.identity:
        seed, _, step = "".join(token.text for token in column.identity).partition(",")
        given = "by default" if column.may_be_given else "always"
        lowest = -(2**31) if column.type.name == "integer" else -(2**63)
        low = f" minvalue {lowest} maxvalue {-lowest - 1}" if "-" in seed + step else ""
        parts.append(
            f"generated {given} as identity (start {seed or 1} increment {step or 1}{low})"
        )
    if column.not_null:
        parts.append("not null")
    return " ".join(parts)


def create_view(source: str, found: Tokens) -> str | None:
    """A view with no schema binding is a query that is looked up when it is read."""
    at = next((at for at, token in enumerate(found) if token.word == "as"), None)
    if at is None:
        return None
    head, query = found[:at], found[at + 1 :]
    if any(token.word == "materialized" for token in head):
        return _materialized(source, head, query)
    if [token.word for token in query[-4:]] != ["with", "no", "schema", "binding"]:
        return None
    view = next(at for at, token in enumerate(head) if token.word == "view")
    name, after = path(head, view + 1)
    columns = ", ".join(token.name for token in head[after + 1 : -1] if token.word != ",")
    replaced = "true" if starts(found, "create", "or", "replace") else "false"
    given = [literal(named(name)), literal(columns), literal(render(source, query[:-4])), replaced]
    return f"call {CATALOG}.bind_late({', '.join(given)}, current_user)"


def _materialized(source: str, head: Tokens, query: Tokens) -> str:
    """What is said of backup, distribution and refreshing is left out."""
    at = next(at for at, token in enumerate(head) if token.word == "view")
    name, _ = path(head, at + 1)
    return f"create materialized view {named(name)} as {render(source, query)}"
