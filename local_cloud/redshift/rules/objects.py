"""Commands and objects that Redshift does not have, or has in a smaller form."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_FEATURES = "c_unsupported-postgresql-features.html"
_COMMANDS = {
    *("abort", "alter", "analyse", "analyze", "attach", "begin", "call", "cancel", "close"),
    *("comment", "commit", "copy", "create", "deallocate", "declare", "delete", "describe", "desc"),
    *("detach", "drop", "end", "execute", "explain", "fetch", "grant", "insert", "lock", "merge"),
    *("prepare", "refresh", "reset", "revoke", "rollback", "select", "set", "show", "start"),
    *("truncate", "unload", "update", "use", "vacuum", "with", "("),
}
_MADE = {
    "index": ("no indexes", "Redshift has no indexes - use a sort key"),
    "trigger": ("no triggers", "Redshift has no triggers - do it where the data is loaded"),
    "sequence": ("no sequences", "Redshift has no sequences - use an identity column"),
    "rule": ("no rewrite rules", "Redshift has no rules that rewrite queries"),
}
_OTHERS = {
    *("extension", "aggregate", "operator", "cast", "collation", "conversion", "statistics"),
    *("publication", "subscription", "server", "foreign", "event", "tablespace", "access"),
    *("text", "transform", "policy"),
}


def _second(statement: Statement) -> int:
    """Where the kind of thing stands in `create or replace temp unique ..`."""
    skipped = {"create", "drop", "alter", "or", "replace", "unique", "constraint", "temp"}
    skipped |= {"temporary", "materialized", "recursive"}
    at = 0
    while at < len(statement.words) - 1 and statement.words[at] in skipped:
        at += 1
    return at


def _making(*kinds: str) -> Callable[[Statement], Iterator[Hit]]:
    def checked(statement: Statement) -> Iterator[Hit]:
        if statement.kind == "sql" and statement.words[:1] in (["create"], ["drop"], ["alter"]):
            at = _second(statement)
            if statement.words[at] in kinds:
                yield statement.tokens[at]

    return checked


def _command(statement: Statement) -> Iterator[Hit]:
    first = statement.tokens[0]
    if statement.kind == "sql" and first.kind in ("word", "quoted") and first.name not in _COMMANDS:
        yield first


def _reading_function(statement: Statement) -> Iterator[Hit]:
    if statement.in_body and statement.is_function:
        for word in ("from", "into", "where", "group", "order", "limit"):
            at = statement.first(word, depth=0)
            if at is not None:
                yield statement.tokens[at]


def _comment(statement: Statement) -> Iterator[Hit]:
    known = ("table", "column", "constraint", "database", "view")
    if statement.starts("comment", "on") and statement.words[2:3][0] not in known:
        yield statement.tokens[2]


def _truncate(statement: Statement) -> Iterator[Hit]:
    if statement.starts("truncate"):
        yield from statement.at(",")
        for word in ("cascade", "restart", "continue", "only"):
            yield from statement.at(word)


def _lock(statement: Statement) -> Iterator[Hit]:
    if statement.starts("lock"):
        yield from statement.at("in")
        yield from statement.at("nowait")


def _explain(statement: Statement) -> Iterator[Hit]:
    if statement.starts("explain"):
        yield from (token for token in statement.tokens[1:2] if token.word in ("analyze", "("))


def _savepoint(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "sql" and statement.words[0] in ("savepoint", "release"):
        yield statement.tokens[0]
    if statement.starts("rollback", "to"):
        yield statement.tokens[1]


def _function(statement: Statement) -> Iterator[Hit]:
    if statement.words[:1] == ["create"] and statement.words[_second(statement)] == "function":
        for at in statement.find("language"):
            if statement.words[at + 1 : at + 2] not in (["sql"], ["plpythonu"]):
                yield statement.tokens[min(at + 1, len(statement.tokens) - 1)]


def _long_names(statement: Statement) -> Iterator[Hit]:
    for token in statement.tokens:
        if token.is_name and len(token.name.encode()) > 127:
            yield token, f'identifier "{token.name[:20]}.." has {len(token.name.encode())} bytes'


def _postgres_names(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "sql" and statement.words[:1] == ["create"]:
        for token in statement.tokens:
            if token.is_name and 63 < len(token.name.encode()) <= 127:
                yield token


RULES = (
    *(
        Rule(name, _FEATURES, _making(kind), message)
        for kind, (name, message) in _MADE.items()
        if kind != "rule"
    ),
    Rule("no rewrite rules", "c_SQL_commands.html", _making("rule"), _MADE["rule"][1]),
    Rule(
        "nothing else is made",
        "c_SQL_commands.html",
        _making(*_OTHERS),
        "Redshift has no command to make, change or drop {found} like that",
    ),
    Rule(
        "known commands",
        "c_SQL_commands.html",
        _command,
        'syntax error at or near "{found}": it is no command of Redshift',
    ),
    Rule(
        "functions read no tables",
        "r_CREATE_FUNCTION.html",
        _reading_function,
        "a SQL function of Redshift is one SELECT of expressions, without {found}",
    ),
    Rule("comments", "r_COMMENT.html", _comment, "Redshift keeps no comment on a {found}"),
    Rule("truncate one table", "r_TRUNCATE.html", _truncate, "TRUNCATE takes one table"),
    Rule("lock has no modes", "r_LOCK.html", _lock, "LOCK is always exclusive: no {found}"),
    Rule("explain runs nothing", "r_EXPLAIN.html", _explain, "EXPLAIN has no {found}"),
    Rule(
        "no savepoints",
        "c_unsupported-postgresql-functions.html",
        _savepoint,
        "Redshift has no savepoints",
    ),
    Rule(
        "functions are sql",
        "r_CREATE_FUNCTION.html",
        _function,
        'language "{found}" is for procedures: a function of Redshift is sql',
    ),
    Rule("names up to 127 bytes", "r_names.html", _long_names, "names have at most 127 bytes"),
    Rule(
        "names up to 63 bytes here",
        "r_names.html",
        _postgres_names,
        "the local Redshift keeps 63 bytes of a name, and {found} has more",
        is_ours=True,
    ),
)
