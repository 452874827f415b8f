"""ALTER TABLE of Redshift, as PostgreSQL does it."""

from __future__ import annotations

from local_cloud.redshift import tables, types_of
from local_cloud.redshift.creating import column_text, named, quoted, remember
from local_cloud.redshift.expressions import CATALOG, literal, render
from local_cloud.redshift.lexing import Token, path, tokens

Tokens = tuple[Token, ...]


def alter_table(source: str, found: Tokens) -> str | None:
    """Keys and the shape of a table are remembered; what PostgreSQL has is left to it."""
    name, at = path(found, 2)
    said = [token.word for token in found[at:]]
    table = named(name)
    if said[:1] == ["add"] and set(said[1:4]) & {"constraint", "primary", "unique", "foreign"}:
        stub = "create table x (" + source[found[at + 1].start : found[-1].end] + ")"
        facts = tables.read(tokens(stub))
        return _key(table, facts) if facts else None
    if said[:1] == ["add"]:
        column_at = at + 1 + (said[1:2] == ["column"])
        stub = "create table x (" + source[found[column_at].start : found[-1].end] + ")"
        facts = tables.read(tokens(stub))
        if facts is None or not facts.columns:
            return None
        written = column_text(stub, facts.columns[0])
        made = f"alter table {table} add column {written}"
        return made + remember(table, facts.remembered())
    if said[:1] == ["drop"] and said[1:2] != ["constraint"]:
        return _drop_column(source, found, at, table)
    if said[:1] == ["alter"]:
        return _alter_shape(source, found, at, table)
    if said[:2] == ["drop", "constraint"]:
        return _no_statement(remember(table, {"dropped": found[at + 2].name}))
    return None


def _alter_shape(source: str, found: Tokens, at: int, table: str) -> str | None:
    said = [token.word for token in found[at:]]
    shape = said[1] if len(said) > 1 else ""
    shape = said[2] if shape in ("compound", "interleaved") and len(said) > 2 else shape
    if shape in ("distkey", "diststyle", "sortkey"):
        stub = "create table x (y int) " + source[found[at + 1].start : found[-1].end]
        facts = tables.read(tokens(stub))
        return _no_statement(remember(table, facts.remembered() if facts else {}))
    column_at = at + 1 + (said[1:2] == ["column"])
    rest = said[column_at - at + 1 :]
    if rest[:1] == ["encode"]:
        facts_of = {"encode": {found[column_at].name: found[-1].name}}
        return _no_statement(remember(table, dict(facts_of)))
    if rest[:1] == ["type"]:
        wanted = types_of.read(found, column_at + 2)
        column = quoted(found[column_at].name)
        change = f"alter table {table} alter column {column} type {wanted.in_column()}"
        return _guarded("check_change", table, found[column_at].name) + change
    return None


def _key(table: str, facts: tables.Table) -> str:
    """A primary key is added to columns that are not null already."""
    known = remember(table, facts.remembered())
    if not facts.primary_key:
        return _no_statement(known)
    names = ", ".join(map(literal, facts.primary_key))
    return f"call {CATALOG}.check_primary({literal(table)}, array[{names}])" + known


def _drop_column(source: str, found: Tokens, at: int, table: str) -> str:
    """A column that distributes or sorts its table stays."""
    column = found[at + 1 + (found[at + 1].word == "column")].name
    return _guarded("check_drop", table, column) + render(source, found)


def _guarded(check: str, table: str, column: str) -> str:
    return f"call {CATALOG}.{check}({literal(table)}, {literal(column)});\n"


def _no_statement(text: str) -> str:
    return text.removeprefix(";\n") or "do 'begin end'"
