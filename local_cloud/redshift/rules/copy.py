"""COPY and UNLOAD, where another word would be taken by PostgreSQL or lose rows."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift.lexing import closing, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_COPY = "r_COPY.html"
_COLUMNAR = "copy-usage_notes-copy-from-columnar.html"
_NOT_COLUMNAR = {
    *("acceptanydate", "blanksasnull", "compupdate", "comprows", "dateformat", "delimiter"),
    *("emptyasnull", "encoding", "escape", "fixedwidth", "gzip", "bzip2", "lzop", "zstd"),
    *("ignoreblanklines", "ignoreheader", "maxerror", "noload", "null", "quote", "readratio"),
    *("removequotes", "roundec", "timeformat", "trimblanks", "truncatecolumns", "csv", "json"),
}


def _after_from(statement: Statement) -> int | None:
    """Where the source of a COPY stands."""
    if not statement.starts("copy"):
        return None
    _, at = path(statement.tokens, 1)
    if statement.words[at : at + 1] == ["("]:
        at = closing(statement.tokens, at) + 1
    return at + 1


def _source(statement: Statement) -> Iterator[Hit]:
    at = _after_from(statement)
    if at is None:
        return
    if statement.words[at - 1 : at] != ["from"]:
        yield statement.tokens[min(at - 1, len(statement.tokens) - 1)]
    elif at < len(statement.tokens) and statement.tokens[at].kind not in ("string", "parameter"):
        yield statement.tokens[at]


def _authorized(statement: Statement) -> Iterator[Hit]:
    known = {"iam_role", "credentials", "access_key_id"}
    is_one = statement.starts("copy") or statement.starts("unload")
    if is_one and not known & set(statement.words):
        yield statement.tokens[0]


def _columnar(statement: Statement) -> Iterator[Hit]:
    at = _after_from(statement)
    if at is not None and {"parquet", "orc"} & set(statement.words[at:]):
        for token in statement.tokens[at:]:
            if token.word in _NOT_COLUMNAR:
                name = token.word.upper()
                yield token, f"{name} argument is not supported for PARQUET based COPY"


def _unload(statement: Statement) -> Iterator[Hit]:
    if statement.starts("unload") and statement.words[1:2] != ["("]:
        yield statement.tokens[0]


def _in_procedure(statement: Statement) -> Iterator[Hit]:
    if statement.in_body and (statement.starts("copy") or statement.starts("unload")):
        yield statement.tokens[0]


def _losing(statement: Statement) -> Iterator[Hit]:
    if statement.starts("copy"):
        for word in ("maxerror", "truncatecolumns", "acceptinvchars", "fillrecord"):
            yield from statement.at(word)


RULES = (
    Rule("copy reads from s3", _COPY, _source, "COPY of Redshift reads from 's3://..'"),
    Rule(
        "copy and unload say who they are",
        "copy-parameters-authorization.html",
        _authorized,
        "{found} wants iam_role or credentials",
    ),
    Rule(
        "options of columnar files",
        _COLUMNAR,
        _columnar,
        "{found} argument is not supported for PARQUET based COPY",
    ),
    Rule("unload takes a query", "r_UNLOAD.html", _unload, "UNLOAD wants ('select ..')"),
    Rule(
        "copy is not in procedures here",
        "c_PLpgSQL-statements.html",
        _in_procedure,
        "the local Redshift runs {found} as a statement of its own, not in a procedure",
        is_ours=True,
    ),
    Rule(
        "copy loses nothing",
        "copy-parameters-data-load.html",
        _losing,
        "{found} lets COPY change or drop what it reads: rows are judged before they come here",
        is_ours=True,
        is_strict=True,
    ),
)
