"""Statements of Redshift as PostgreSQL's; what is not understood is kept byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable

from local_cloud.redshift import bodies, tables, types_of
from local_cloud.redshift.expressions import CATALOG, literal, render
from local_cloud.redshift.lexing import Token, by_commas, closing, path, starts, tokens

Tokens = tuple[Token, ...]


def translated(source: str, found: Tokens) -> str:
    """One statement for PostgreSQL, as one or several statements."""
    for wanted, translate in _STATEMENTS:
        if starts(found, *wanted):
            answer = translate(source, found)
            if answer is not None:
                return answer
    return render(source, found)


def _name(found: list[str]) -> str:
    return ".".join(_quoted(each) for each in found)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _create(source: str, found: Tokens) -> str | None:
    said = {token.word for token in found[:5]}
    if "table" in said:
        return _table(source, found)
    if "procedure" in said or "function" in said:
        return _routine(source, found)
    if "view" in said:
        return _view(source, found)
    if "user" in said or "group" in said:
        return _user(source, found)
    return None


def _table(source: str, found: Tokens) -> str | None:
    table = tables.read(found)
    if table is None or not table.name:
        return None
    kind = "temporary table" if table.is_temporary else "table"
    exists = "if not exists " if table.if_not_exists else ""
    name = _name(table.name)
    if table.query:
        names = f" ({', '.join(map(_quoted, table.query_names))})" if table.query_names else ""
        made = f"create {kind} {exists}{name}{names} as {render(source, table.query)}"
    else:
        parts = [_column(source, each) for each in table.columns]
        parts += [
            f"like {_name(parent)}{' including defaults' if defaults else ''}"
            for parent, defaults in table.likes
        ]
        made = f"create {kind} {exists}{name} (\n    " + ",\n    ".join(parts) + "\n)"
    for parent, _ in table.likes:
        made += f";\ncall {CATALOG}.remember_like({literal(name)}, {literal(_name(parent))})"
    return made + _remember(name, table.remembered(), "_once" if table.if_not_exists else "")


def _remember(name: str, facts: dict[str, object], how: str = "") -> str:
    """Keep what PostgreSQL has no place for; keys make their columns `not null`."""
    if not facts:
        return ""
    return f";\ncall {CATALOG}.remember{how}({literal(name)}, {literal(json.dumps(facts))})"


def _column(source: str, column: tables.Column) -> str:
    parts = [_quoted(column.name), column.type.in_column()]
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
    if column.not_null or column.is_primary:
        parts.append("not null")
    return " ".join(parts)


def _view(source: str, found: Tokens) -> str | None:
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
    given = [literal(_name(name)), literal(columns), literal(render(source, query[:-4])), replaced]
    return f"call {CATALOG}.bind_late({', '.join(given)}, current_user)"


def _materialized(source: str, head: Tokens, query: Tokens) -> str:
    """What is said of backup, distribution and refreshing is left out."""
    at = next(at for at, token in enumerate(head) if token.word == "view")
    name, _ = path(head, at + 1)
    return f"create materialized view {_name(name)} as {render(source, query)}"


def _routine(source: str, found: Tokens) -> str | None:
    """A procedure: its arguments' types and its body; everything else stays."""
    at = next((at for at, token in enumerate(found) if token.kind == "dollar"), None)
    opened = next((at for at, token in enumerate(found) if token.word == "("), None)
    if at is None or opened is None:
        return None
    closed = closing(found, opened)
    head = source[found[0].start : found[opened].end]
    given = [_argument(part) for part in by_commas(found[opened + 1 : closed]) if part]
    outs = [text.startswith("out ") for text in given]
    trailing = outs[outs.index(True) :] if True in outs else []
    if all(trailing):  # a caller of Redshift does not give what only comes back
        given = [_with_default(text) if text.startswith("out ") else text for text in given]
    middle = source[found[closed].start : found[at].start]
    language = [token.word for token in found]
    is_plpgsql = "plpgsql" in language
    inside = _body(source, found[at]) if is_plpgsql else _query_body(source, found[at])
    tag = found[at].text[: found[at].text.index("$", 1) + 1]
    tail = source[found[at].end : found[-1].end]
    return f"{head}{', '.join(given)}{middle}{tag}{inside}{tag}{tail}"


def _with_default(text: str) -> str:
    return f"inout {text.removeprefix('out ')} default null"


def _argument(part: Tokens) -> str:
    """An argument: its mode and its name may change places."""
    mode, at, name = "", 0, ""
    for _ in range(2):
        if part[at].word in ("in", "out", "inout") and not mode:
            mode, at = part[at].word, at + 1
        elif not name and at + 1 < len(part) and _is_argument_name(part, at):
            name, at = source_name(part[at]), at + 1
    rest = types_of.read(part, at)
    typed = "text" if rest.written == "text" else rest.in_cast()
    return " ".join(word for word in (mode, name, typed) if word)


def _is_argument_name(part: Tokens, at: int) -> bool:
    """Whether another type follows, so that this one is the name."""
    pair = (part[at].word, part[at + 1].word)
    if pair in (("double", "precision"), ("character", "varying")):
        return False
    return part[at + 1].is_name and part[at + 1].word not in ("with", "without", "array")


def source_name(token: Token) -> str:
    """A name as it can be written anywhere."""
    return token.text.lower() if token.kind == "quoted" else token.text


def _query_body(source: str, dollar: Token) -> str:
    found = bodies.body(dollar)
    tag = dollar.text.index("$", 1) + 1
    if not found:
        return dollar.text[tag:-tag]
    start, end = dollar.start + tag, dollar.end - tag
    inner = render(source, found)
    return source[start : found[0].start] + inner + source[found[-1].end : end]


def _body(source: str, dollar: Token) -> str:
    """The body with each piece translated, and all that is between them as it was."""
    tag = dollar.text.index("$", 1) + 1
    position, end = dollar.start + tag, dollar.end - tag
    answer = ""
    for piece in bodies.pieces(bodies.body(dollar)):
        first, last = piece.tokens[0], piece.tokens[-1]
        if first.start < position:
            continue
        answer += source[position : first.start] + _piece(source, piece)
        position = last.end
    return answer + source[position:end]


def _piece(source: str, piece: bodies.Piece) -> str:
    if piece.kind == "sql":
        return translated(source, piece.tokens)
    if piece.kind == "declare":
        return _declaration(source, piece.tokens)
    if piece.kind == "plpgsql" and piece.tokens[0].word == "execute":
        return _execute(source, piece.tokens)
    if piece.kind in ("expression", "assignment", "plpgsql"):
        return render(source, piece.tokens)
    return source[piece.tokens[0].start : piece.tokens[-1].end]


def _execute(source: str, found: Tokens) -> str:
    """Dynamic SQL that is one literal is translated; what is put together is not seen."""
    text = found[1].text if len(found) == 2 and found[1].kind == "string" else ""
    if text[:1] != "'" or "\\" in text:
        return render(source, found)
    inner = text[1:-1].replace("''", "'")
    parts = tokens(inner)
    return "execute " + literal(translated(inner, parts)) if parts else render(source, found)


def _declaration(source: str, found: Tokens) -> str:
    """`name [constant] type [not null] [:= value]`."""
    at = 2 if len(found) > 1 and found[1].word == "constant" else 1
    following = [token.word for token in found[at : at + 2]]
    if not following or following[0] in ("alias", "cursor", "record", "refcursor", "no", "scroll"):
        return render(source, found)
    wanted = types_of.read(found, at)
    percent = wanted.end < len(found) and found[wanted.end].word == "%"
    if percent:  # name table.column%type
        return source[found[0].start : found[-1].end]
    head = source[found[0].start : found[at].start]
    rest = found[wanted.end :]
    return head + wanted.in_cast() + (" " + render(source, rest) if rest else "")


def _delete(source: str, found: Tokens) -> str | None:
    """`delete t` is `delete from t`."""
    if starts(found, "delete", "from"):
        return None
    return "delete from " + render(source, found[1:])  # noqa: S608 - the user's own statement


_BEFORE_ROLE = ("grant", "revoke", "to", "from", ",")


def _grant(source: str, found: Tokens) -> str:
    """A role is named without saying that it is one."""
    kept = [
        token
        for at, token in enumerate(found)
        if not (token.word == "role" and at and found[at - 1].word in _BEFORE_ROLE)
    ]
    return " ".join(source[token.start : token.end] for token in kept)


def _user(source: str, found: Tokens) -> str:
    if [token.word for token in found[-2:]] == ["password", "disable"]:
        return render(source, found[:-1]) + " null"
    return render(source, found)


def _analyze(_: str, found: Tokens) -> str:
    """PostgreSQL's own words for what is left of it."""
    word = found[0].word
    options = {"verbose", "full", "sort", "only", "delete", "reindex", "recluster", "table"}
    options |= {"compression"}
    at = 1
    while at < len(found) and found[at].word in options:
        at += 1
    name, _ = path(found, at)
    return f"{word} {_name(name)}".rstrip()


_KNOWN_SETTINGS = {
    *("search_path", "statement_timeout", "datestyle", "timezone", "time", "session", "role"),
    *("client_encoding", "application_name", "extra_float_digits", "transaction", "local"),
    *("seed", "names", "bytea_output", "lock_timeout", "intervalstyle"),
}


def _set(source: str, found: Tokens) -> str | None:
    """What only Redshift can be told is kept under a name of its own."""
    if len(found) < 2 or found[1].name in _KNOWN_SETTINGS or "." in {each.word for each in found}:
        return None
    if found[0].word in ("show", "reset"):
        return f"{found[0].word} redshift.{found[1].name}"
    value = source[found[3].start : found[-1].end] if len(found) > 3 else "default"
    quoted = value if value[:1] == "'" or value == "default" else literal(value)
    return f"set redshift.{found[1].name} to {quoted}"


def _alter_table(source: str, found: Tokens) -> str | None:
    """Keys and the shape of a table are remembered; what PostgreSQL has is left to it."""
    name, at = path(found, 2)
    said = [token.word for token in found[at:]]
    table = _quoted_name = _name(name)
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
        column = _column(stub, facts.columns[0])
        made = f"alter table {_quoted_name} add column {column}"
        return made + _remember(table, facts.remembered())
    if said[:1] == ["drop"] and said[1:2] != ["constraint"]:
        return _drop_column(source, found, at, table)
    if said[:1] == ["alter"]:
        return _alter_shape(source, found, at, table)
    if said[:2] == ["drop", "constraint"]:
        return _no_statement(_remember(table, {"dropped": found[at + 2].name}))
    return None


def _alter_shape(source: str, found: Tokens, at: int, table: str) -> str | None:
    said = [token.word for token in found[at:]]
    shape = said[1] if len(said) > 1 else ""
    shape = said[2] if shape in ("compound", "interleaved") and len(said) > 2 else shape
    if shape in ("distkey", "diststyle", "sortkey"):
        stub = "create table x (y int) " + source[found[at + 1].start : found[-1].end]
        facts = tables.read(tokens(stub))
        return _no_statement(_remember(table, facts.remembered() if facts else {}))
    column_at = at + 1 + (said[1:2] == ["column"])
    rest = said[column_at - at + 1 :]
    if rest[:1] == ["encode"]:
        facts_of = {"encode": {found[column_at].name: found[-1].name}}
        return _no_statement(_remember(table, dict(facts_of)))
    if rest[:1] == ["type"]:
        wanted = types_of.read(found, column_at + 2)
        column = _quoted(found[column_at].name)
        change = f"alter table {table} alter column {column} type {wanted.in_column()}"
        return _guarded("check_change", table, found[column_at].name) + change
    return None


def _key(table: str, facts: tables.Table) -> str:
    """A primary key is added to columns that are not null already."""
    remember = _remember(table, facts.remembered())
    if not facts.primary_key:
        return _no_statement(remember)
    names = ", ".join(map(literal, facts.primary_key))
    return f"call {CATALOG}.check_primary({literal(table)}, array[{names}])" + remember


def _drop_column(source: str, found: Tokens, at: int, table: str) -> str:
    """A column that distributes or sorts its table stays."""
    column = found[at + 1 + (found[at + 1].word == "column")].name
    return _guarded("check_drop", table, column) + render(source, found)


def _guarded(check: str, table: str, column: str) -> str:
    return f"call {CATALOG}.{check}({literal(table)}, {literal(column)});\n"


def _no_statement(text: str) -> str:
    return text.removeprefix(";\n") or "do 'begin end'"


_STATEMENTS: list[tuple[tuple[str, ...], Callable[[str, Tokens], str | None]]] = [
    (("create",), _create),
    (("alter", "table"), _alter_table),
    (("alter", "user"), _user),
    (("delete",), _delete),
    (("grant",), _grant),
    (("revoke",), _grant),
    (("analyze",), _analyze),
    (("vacuum",), _analyze),
    (("set",), _set),
    (("reset",), _set),
    (("show",), _set),
]
