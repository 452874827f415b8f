"""Things that Redshift does not make, and what it changes only in small steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift import types_of
from local_cloud.redshift.lexing import by_commas, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement, Tokens

_FEATURES = "c_unsupported-postgresql-features.html"
_ALTER = "r_ALTER_TABLE.html"
_VIEW = "r_CREATE_VIEW.html"
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


def _alter(statement: Statement, *wanted: str) -> int | None:
    """Where the action of an `alter table` stands that begins so."""
    if not statement.starts("alter", "table"):
        return None
    _, at = path(statement.tokens, 2)
    return at if statement.words[at : at + len(wanted)] == list(wanted) else None


def _several(statement: Statement) -> Iterator[Hit]:
    if not statement.starts("alter", "table"):
        return
    parts = by_commas(statement.tokens)
    shapes = [{token.word for token in part} for part in parts]
    allowed = all(each & {"distkey", "diststyle", "sortkey", "encode"} for each in shapes)
    if len(parts) > 1 and not allowed:
        yield parts[1][0]


def _added(statement: Statement) -> tuple[int, list[str]] | None:
    """Where the column of an `add column` stands, and all the words from there."""
    at = _alter(statement, "add")
    if at is None:
        return None
    at += 1 + (statement.words[at + 1 : at + 2] == ["column"])
    following = statement.words[at:]
    if following[:1] and following[0] in ("constraint", "primary", "unique", "foreign", "check"):
        return None
    return at, following


def _added_not_null(statement: Statement) -> Iterator[Hit]:
    added = _added(statement)
    if added and "default" not in added[1] and "identity" not in added[1]:
        for at in statement.find("not", "null"):
            yield statement.tokens[at]


def _added_key(statement: Statement) -> Iterator[Hit]:
    added = _added(statement)
    if added:
        for word in ("unique", "primary", "references", "identity", "distkey", "sortkey"):
            for at in statement.find(word):
                if at > added[0]:
                    yield statement.tokens[at]


def _existing(statement: Statement) -> Iterator[Hit]:
    if statement.starts("alter", "table"):
        _, at = path(statement.tokens, 2)
        for here in (*statement.find("if", "not", "exists"), *statement.find("if", "exists")):
            if here >= at or statement.words[2] == "if":
                yield statement.tokens[here]
                return


def _column_at(statement: Statement) -> int | None:
    at = _alter(statement, "alter")
    if at is None:
        return None
    return at + 1 + (statement.words[at + 1 : at + 2] == ["column"])


def _type_of_column(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if at is None or statement.words[at + 1 : at + 2] != ["type"] or at + 2 >= len(statement.words):
        return
    wanted = types_of.read(statement.tokens, at + 2)
    if wanted.name != "varchar":
        yield statement.tokens[at + 2]
    elif wanted.end < len(statement.tokens):
        yield statement.tokens[wanted.end], "ALTER COLUMN TYPE of Redshift has no {found}"


def _column_properties(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if at is not None and statement.words[at + 1 : at + 2] in (["set"], ["drop"]):
        yield statement.tokens[at + 1]


def _type_in_transaction(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if statement.in_body and at is not None and statement.words[at + 1 : at + 2] == ["type"]:
        yield statement.tokens[0]


def alone(found: Tokens) -> Iterator[tuple[str, str]]:
    """The rule that a statement breaks inside BEGIN .. END, which the text alone cannot show."""
    for _ in _type_in_transaction(Statement(found, in_body=True)):
        yield _ALONE.name, _ALONE.message


def _other_actions(statement: Statement) -> Iterator[Hit]:
    for words in (("set",), ("enable",), ("disable",), ("inherit",), ("no",), ("cluster",)):
        at = _alter(statement, *words)
        if at is not None:
            yield statement.tokens[at]
    at = _alter(statement, "rename", "constraint")
    if at is not None:
        yield statement.tokens[at + 1]


def _unqualified(statement: Statement) -> Iterator[Hit]:
    if statement.words[-4:] != ["with", "no", "schema", "binding"]:
        return
    found, words = statement.tokens, statement.words
    query = words.index("as") if "as" in words else 0
    inside = {found[at - 1].name for at in statement.find("as", "(") if at > query}
    for at in range(query, len(found) - 4):
        if words[at] not in ("from", "join") or words[at + 1] == "(":
            continue
        if _of_function(statement, at):
            continue
        name, _ = path(found, at + 1)
        if len(name) == 1 and name[0] not in inside:
            yield found[at + 1]


def _of_function(statement: Statement, at: int) -> bool:
    """Whether a `from` belongs to `extract(.. from ..)`, `trim` or `substring`."""
    opened = next(
        (i for i in range(at, -1, -1) if statement.depths[i] == statement.depths[at] - 1), None
    )
    return opened is not None and statement.words[opened - 1] in ("extract", "trim", "substring")


def _materialized(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "materialized"):
        yield from statement.at("with", "no", "data")
        yield from statement.at("if", "not", "exists")
    if statement.starts("refresh", "materialized", "view"):
        yield from statement.at("concurrently")
        yield from statement.at("with")


def _sorted_view(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "materialized"):
        for words in (("order", "by"), ("limit",), ("offset",)):
            at = statement.first(*words, depth=0)
            if at is not None:
                yield statement.tokens[at]


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


_ALONE = Rule(
    "no alter column type in a transaction",
    _ALTER,
    _type_in_transaction,
    "ALTER TABLE ALTER COLUMN cannot run inside a transaction block",
)
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
    Rule("one action per alter table", _ALTER, _several, "ALTER TABLE of Redshift does one thing"),
    Rule(
        "a new column that is not null has a default",
        _ALTER,
        _added_not_null,
        "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression",
    ),
    Rule(
        "a new column is no key",
        _ALTER,
        _added_key,
        "ALTER TABLE ADD COLUMN cannot add a column that is {found}",
    ),
    Rule(
        "alter table has no if exists",
        _ALTER,
        _existing,
        "ALTER TABLE of Redshift has no IF [NOT] EXISTS - look into svv_columns first",
    ),
    Rule(
        "only varchar columns change",
        _ALTER,
        _type_of_column,
        "ALTER COLUMN TYPE changes the size of a varchar only, not to {found}",
    ),
    _ALONE,
    Rule(
        "columns keep default and null",
        _ALTER,
        _column_properties,
        "ALTER COLUMN .. {found} is not in Redshift - add a column, copy, drop, rename",
    ),
    Rule("other actions of alter table", _ALTER, _other_actions, "ALTER TABLE .. {found} is none"),
    Rule(
        "late-binding views name schemas",
        _VIEW,
        _unqualified,
        "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA"
        " BINDING, and {found} is not",
    ),
    Rule(
        "materialized views are filled and refreshed whole",
        "materialized-view-create-sql-command.html",
        _materialized,
        "Redshift does not know {found} here",
    ),
    Rule(
        "materialized views are not sorted or cut",
        "materialized-view-create-sql-command.html",
        _sorted_view,
        "a materialized view has no ORDER BY, LIMIT or OFFSET - say it where you read",
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
