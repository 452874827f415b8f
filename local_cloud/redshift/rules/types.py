"""Types that Redshift does not have, and the sizes of those it has."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift import types_of
from local_cloud.redshift.lexing import Token, closing
from local_cloud.redshift.rules.rule import Hit, Rule, Statement
from local_cloud.redshift.types_of import Type

_UNSUPPORTED = {
    "uuid": "varchar(36)",
    "json": "super or varchar(65535)",
    "jsonb": "super or varchar(65535)",
    "bytea": "varbyte",
    "serial": "bigint identity(1, 1)",
    "bigserial": "bigint identity(1, 1)",
    "smallserial": "bigint identity(1, 1)",
    "money": "numeric(19, 2)",
    "xml": "varchar(65535)",
    "bit": "boolean or varbyte",
    "bit varying": "varbyte",
    "varbit": "varbyte",
    **dict.fromkeys(("inet", "cidr", "macaddr", "macaddr8"), "varchar"),
    **dict.fromkeys(("point", "line", "lseg", "box", "path", "polygon", "circle"), "geometry"),
    **dict.fromkeys(("tsvector", "tsquery", "hstore", "ltree", "citext"), "varchar"),
    **dict.fromkeys(("txid_snapshot", "pg_snapshot", "pg_lsn", "xid", "cid", "tid"), "bigint"),
    **dict.fromkeys(("oid", "regclass", "regtype", "regproc", "regprocedure", "regrole"), "bigint"),
    **dict.fromkeys(("int4range", "int8range", "numrange", "tsrange", "tstzrange"), "two columns"),
    "daterange": "two columns",
}
_EMULATED_NOT = ("geometry", "geography", "hllsketch")


def uses(statement: Statement) -> Iterator[tuple[Token, Type]]:
    """Every place where a statement names a type."""
    found = statement.tokens
    if statement.table:
        yield from ((each.token, each.type) for each in statement.table.columns)
    for at in statement.find("::"):
        if at + 1 < len(found):
            yield found[at + 1], types_of.read(found, at + 1)
    for at in statement.find("cast", "("):
        inside = found[at + 2 : closing(found, at + 1)]
        for index, token in enumerate(inside[:-1]):
            if token.word == "as":
                yield inside[index + 1], types_of.read(inside, index + 1)
    if statement.starts("alter", "table"):
        yield from _altered(statement)
    if statement.kind == "declare" and len(found) > 1:
        at = 2 if found[1].word == "constant" and len(found) > 2 else 1
        yield found[at], types_of.read(found, at)


def _altered(statement: Statement) -> Iterator[tuple[Token, Type]]:
    found = statement.tokens
    for at in statement.find("add"):
        name = at + 1 + (statement.words[at + 1 : at + 2] == ["column"])
        following = statement.words[name : name + 1]
        if following and following[0] not in ("constraint", "primary", "unique", "foreign", "if"):
            yield found[min(name + 1, len(found) - 1)], types_of.read(found, name + 1)
    for at in statement.find("type"):
        if at + 1 < len(found) and statement.depths[at] == 0:
            yield found[at + 1], types_of.read(found, at + 1)


def _unsupported(statement: Statement) -> Iterator[Hit]:
    for token, used in uses(statement):
        instead = _UNSUPPORTED.get(used.name)
        if instead:
            yield token, f"Redshift has no type {used.name} - {instead} is what can hold it"


def _arrays(statement: Statement) -> Iterator[Hit]:
    yield from (token for token, used in uses(statement) if used.is_array)
    yield from statement.at("array", "[")
    for word in ("any", "all", "some"):
        for at in statement.find(word, "("):
            if statement.words[at + 2 : at + 3] not in (["select"], ["with"]) and at:
                operator = statement.words[at - 1]
                if operator in ("=", "<>", "!=", "<", ">", "<=", ">=", "like", "ilike"):
                    yield statement.tokens[at]


def _not_emulated(statement: Statement) -> Iterator[Hit]:
    yield from (token for token, used in uses(statement) if used.name in _EMULATED_NOT)


def _varchar(statement: Statement) -> Iterator[Hit]:
    for token, used in uses(statement):
        length = used.length or ""
        if used.name == "varchar" and length.isdigit() and int(length) > types_of.TEXT_BYTES:
            yield token, f"length for type varchar cannot exceed 65535, {length} was found"


def _char(statement: Statement) -> Iterator[Hit]:
    for token, used in uses(statement):
        length = used.length or ""
        if used.name == "char" and length.isdigit() and int(length) > 4096:
            yield token, f"length for type char cannot exceed 4096, {length} was found"


def _numeric(statement: Statement) -> Iterator[Hit]:
    for token, used in uses(statement):
        if used.name != "numeric" or not used.length:
            continue
        precision, _, scale = used.length.partition(",")
        if not (precision.isdigit() and (scale or "0").isdigit()):
            continue
        if not 1 <= int(precision) <= 38:
            yield token, f"DECIMAL precision {precision} must be between 1 and 38"
        elif int(scale or 0) > min(int(precision), 37):
            yield token, f"DECIMAL scale {scale} must be between 0 and precision {precision}"


def _enumerated(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "type") or statement.starts("create", "domain"):
        yield statement.tokens[1]


def _row(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("row", "("):
        if at and statement.words[at - 1] not in ("update", "delete", "insert"):
            yield statement.tokens[at]


RULES = (
    Rule(
        "unsupported types",
        "c_unsupported-postgresql-datatypes.html",
        _unsupported,
        "Redshift has no type {found}",
    ),
    Rule(
        "no arrays",
        "c_unsupported-postgresql-datatypes.html",
        _arrays,
        "Redshift has no arrays - use rows, a list in parentheses or SUPER",
    ),
    Rule(
        "no composite, enumerated or domain types",
        "c_unsupported-postgresql-datatypes.html",
        _enumerated,
        "Redshift makes no types - use one of its own",
    ),
    Rule(
        "no row constructors",
        "c_unsupported-postgresql-features.html",
        _row,
        "Redshift has no row constructors - compare the columns one by one",
    ),
    Rule(
        "varchar up to 65535 bytes",
        "r_Character_types.html",
        _varchar,
        "length for type varchar cannot exceed 65535",
    ),
    Rule(
        "char up to 4096 bytes",
        "r_Character_types.html",
        _char,
        "length for type char cannot exceed 4096",
    ),
    Rule(
        "numeric up to 38 digits",
        "r_Numeric_types201.html",
        _numeric,
        "DECIMAL precision must be between 1 and 38",
    ),
    Rule(
        "types that the local Redshift lacks",
        "c_Supported_data_types.html",
        _not_emulated,
        "the local Redshift has no {found}; a real one has - try it there",
        is_ours=True,
    ),
)
