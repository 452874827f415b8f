"""What a table may be: its columns, keys, distribution and sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift.rules.rule import Hit, Rule, Statement
from local_cloud.redshift.tables import Column, Table

_PAGE = "r_CREATE_TABLE_NEW.html"
_ENCODINGS = {
    *("az64", "bytedict", "delta", "delta32k", "lzo", "mostly8", "mostly16", "mostly32", "raw"),
    *("none", "runlength", "text255", "text32k", "zstd", "auto"),
}
_STYLES = ("auto", "even", "key", "all")
_NO_KEYS = ("super", "varbyte", "geometry", "geography", "hllsketch")
SYSTEM_COLUMNS = ("oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")

Check = Callable[[Statement], Iterator[Hit]]


def _of_table(check: Callable[[Table], Iterator[Hit]]) -> Check:
    """A check of a statement, for one that looks at a table."""
    return lambda statement: check(statement.table) if statement.table else iter(())


def _of_columns(check: Callable[[Column], bool]) -> Check:
    def checked(statement: Statement) -> Iterator[Hit]:
        for column in statement.table.columns if statement.table else ():
            if check(column):
                yield column.token

    return checked


def _lists(table: Table) -> dict[str, list[str]]:
    return {"distkey": table.distkeys, "sortkey": table.sortkey, "primary key": table.primary_key}


def _known_columns(table: Table) -> Iterator[Hit]:
    if table.query or table.likes or not table.columns:
        return
    names = {column.name for column in table.columns}
    for what, listed in _lists(table).items():
        for name in listed:
            if name not in names:
                yield table.named_at, f'{what} column "{name}" not found in table'


def _one_distkey(table: Table) -> Iterator[Hit]:
    if len(table.distkeys) > 1:
        yield table.named_at


def _style(table: Table) -> Iterator[Hit]:
    if table.diststyle is not None and table.diststyle not in _STYLES:
        yield table.named_at, f"diststyle is auto, even, key or all, not {table.diststyle}"


def _style_key(table: Table) -> Iterator[Hit]:
    if table.diststyle == "key" and not table.distkeys:
        yield table.named_at, "DISTSTYLE KEY must have a DISTKEY column"
    if table.diststyle in ("all", "even", "auto") and table.distkeys:
        yield table.named_at, f"a distkey wants diststyle key, not {table.diststyle}"


def _sort_columns(table: Table) -> Iterator[Hit]:
    most = 8 if table.sortstyle == "interleaved" else 400
    if len(table.sortkey) > most:
        yield table.named_at, f"a sort key has at most {most} columns, not {len(table.sortkey)}"


def _one_sortkey(table: Table) -> Iterator[Hit]:
    if table.sortkeys > 1:
        yield table.named_at


def _encodings(table: Table) -> Iterator[Hit]:
    for column in table.columns:
        if column.encode is not None and column.encode not in _ENCODINGS:
            yield column.token, f'"{column.encode}" is no encoding of Redshift'


def _like(table: Table) -> Iterator[Hit]:
    said = table.diststyle or table.distkeys or table.sortkey
    if table.likes and said:
        yield table.named_at


def _unknown(statement: Statement) -> Iterator[Hit]:
    if statement.table:
        yield from statement.table.unknown[:1]
        for column in statement.table.columns:
            yield from (token for token in column.unknown[:1] if token.word != "(")


def _generated(table: Table) -> Iterator[Hit]:
    for column in table.columns:
        yield from (token for token in column.unknown if token.word == "(")


def _key_types(table: Table) -> Iterator[Hit]:
    keys = {*table.distkeys, *table.sortkey}
    for column in table.columns:
        if column.name in keys and column.type.name in _NO_KEYS:
            yield column.token


def _temporary_schema(table: Table) -> Iterator[Hit]:
    if table.is_temporary and len(table.name) > 1:
        yield table.named_at


def _identity_arguments(column: Column) -> bool:
    return bool(column.identity) and sum(token.word == "," for token in column.identity) != 1


def _many_columns(table: Table) -> Iterator[Hit]:
    if len(table.columns) > 1600:
        yield table.named_at, f"tables can have at most 1600 columns, not {len(table.columns)}"


def _checks(statement: Statement) -> Iterator[Hit]:
    if statement.table:
        yield from statement.table.checks
    if statement.starts("alter", "table"):
        for word in ("check", "exclude"):
            yield from statement.at(word, "(")


def _unlogged(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "unlogged") or statement.starts("create", "global"):
        yield statement.tokens[1]


def _words(*wanted: str) -> Check:
    def checked(statement: Statement) -> Iterator[Hit]:
        if statement.table or statement.starts("alter", "table"):
            yield from statement.at(*wanted)

    return checked


def _with_data(statement: Statement) -> Iterator[Hit]:
    said = statement.words
    if statement.table and (said[-3:] == ["with", "no", "data"] or said[-2:] == ["with", "data"]):
        yield statement.tokens[-1]


_INFORMATION = "c_unsupported-postgresql-features.html"
RULES = (
    Rule(
        "no check or exclude constraints",
        _INFORMATION,
        _checks,
        "Redshift has no {found} constraints - reject such rows before they get there",
    ),
    Rule("no unlogged tables", _PAGE, _unlogged, "Redshift has no {found} tables - use temp"),
    Rule(
        "no on commit",
        _PAGE,
        _words("on", "commit"),
        "Redshift has no ON COMMIT: a temporary table goes with its session - drop it",
    ),
    Rule("no inheritance", _INFORMATION, _words("inherits"), "Redshift has no table inheritance"),
    Rule(
        "no partitions",
        _INFORMATION,
        lambda statement: (
            [*_words("partition", "by")(statement), *_words("partition", "of")(statement)]
            if not (statement.table and statement.table.query)
            else []
        ),
        "Redshift has no partitioned tables - use a sort key",
    ),
    Rule("no tablespaces", _INFORMATION, _words("tablespace"), "Redshift has no tablespaces"),
    Rule(
        "no generated columns",
        _PAGE,
        _of_table(_generated),
        "Redshift has no generated columns: only IDENTITY is generated - compute it where you read",
    ),
    Rule(
        "identity is an integer",
        _PAGE,
        _of_columns(
            lambda each: bool(each.identity) and each.type.name not in ("integer", "bigint")
        ),
        'column "{found}": the data type of an IDENTITY column must be INT or BIGINT',
    ),
    Rule(
        "identity has a seed and a step",
        _PAGE,
        _of_columns(_identity_arguments),
        'column "{found}": an IDENTITY column is written identity(seed, step)',
    ),
    Rule(
        "columns of keys exist",
        _PAGE,
        _of_table(_known_columns),
        "a key names a column that the table has not",
    ),
    Rule("one distribution key", _PAGE, _of_table(_one_distkey), "a table has one distkey column"),
    Rule("known distribution styles", _PAGE, _of_table(_style), "{found} is no diststyle"),
    Rule(
        "diststyle key and distkey go together",
        _PAGE,
        _of_table(_style_key),
        "DISTSTYLE KEY must have a DISTKEY column",
    ),
    Rule("one sort key", _PAGE, _of_table(_one_sortkey), "a table has one sort key"),
    Rule(
        "400 sort columns, 8 interleaved", _PAGE, _of_table(_sort_columns), "too many sort columns"
    ),
    Rule(
        "types of keys",
        _PAGE,
        _of_table(_key_types),
        'column "{found}" cannot be a distkey or sortkey: its type cannot be compared',
    ),
    Rule(
        "known encodings",
        "c_Compression_encodings.html",
        _of_table(_encodings),
        "{found} is no encoding",
    ),
    Rule(
        "like takes distribution and sorting along",
        _PAGE,
        _of_table(_like),
        "CREATE TABLE .. LIKE inherits distribution and sort keys and cannot set them",
    ),
    Rule(
        "temporary tables have no schema",
        _PAGE,
        _of_table(_temporary_schema),
        "temporary tables cannot specify a schema name",
    ),
    Rule("1600 columns", _PAGE, _of_table(_many_columns), "tables can have at most 1600 columns"),
    Rule(
        "names of system columns",
        _INFORMATION,
        _of_columns(lambda each: each.name in SYSTEM_COLUMNS),
        'column name "{found}" conflicts with a system column name',
    ),
    Rule(
        "what a table may say",
        _PAGE,
        _unknown,
        'syntax error at or near "{found}": CREATE TABLE of Redshift does not know it',
    ),
    Rule(
        "no create table with data",
        "r_CREATE_TABLE_AS.html",
        _with_data,
        "Redshift does not know WITH [NO] DATA - write `where false` for an empty table",
    ),
)
