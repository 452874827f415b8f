"""Calls that PostgreSQL writes otherwise: each answers the text, and where the query goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from local_cloud.redshift import types_of
from local_cloud.redshift.lexing import Token, arguments, by_commas, closing

CATALOG = "redshift_catalog"
Tokens = tuple[Token, ...]
_DATE_PARTS = ("dateadd", "datediff", "date_add", "date_diff", "date_part", "date_part_year")


class Rendering(Protocol):
    """The query around a call."""

    found: Tokens

    def render(self, found: Tokens) -> str:
        """A part of it, translated."""


Call = Callable[[Rendering, int], tuple[str, int] | None]


def _renamed(name: str) -> Call:
    return lambda _, at: (name, at + 1)


def _date_part(this: Rendering, at: int) -> tuple[str, int] | None:
    """`dateadd(day, ..)`: the part is a bare word in Redshift, a string in PostgreSQL."""
    given = arguments(this.found, at + 1)
    if len(given) < 2 or len(given[0]) != 1 or given[0][0].kind not in ("word", "quoted"):
        return None
    rest = ", ".join(_moment(this, each) for each in given[1:])
    name = {"date_add": "dateadd", "date_diff": "datediff"}.get(
        this.found[at].word, this.found[at].word
    )
    name = f"{CATALOG}.date_part" if name == "date_part" else name
    return f"{name}('{given[0][0].name}', {rest})", closing(this.found, at + 1) + 1


def _moment(this: Rendering, given: Tokens) -> str:
    """A literal is a timestamp without a zone; PostgreSQL would give it one."""
    return this.render(given) + "::timestamp" * (len(given) == 1 and given[0].kind == "string")


def _convert_timezone(this: Rendering, at: int) -> tuple[str, int] | None:
    given = arguments(this.found, at + 1)
    if len(given) < 2:
        return None
    texts = [*map(this.render, given[:-1]), _moment(this, given[-1])]
    return f"convert_timezone({', '.join(texts)})", closing(this.found, at + 1) + 1


def _json_path(this: Rendering, at: int) -> tuple[str, int] | None:
    """The last argument may be a boolean, among texts."""
    given = [this.render(each) for each in arguments(this.found, at + 1)]
    if not given or given[-1].lower() not in ("true", "false"):
        return None
    given[-1] = f"'{given[-1].lower()}'"
    return f"json_extract_path_text({', '.join(given)})", closing(this.found, at + 1) + 1


def _decode(this: Rendering, at: int) -> tuple[str, int] | None:
    """`decode(x, 1, 'one', .., 'else')`: nulls are equal in it."""
    given = [this.render(each) for each in arguments(this.found, at + 1)]
    if len(given) < 3:
        return None
    subject, rest = given[0], given[1:]
    pairs = zip(rest[::2], rest[1::2], strict=False)
    cases = " ".join(f"when ({subject}) is not distinct from {a} then {b}" for a, b in pairs)
    otherwise = f" else {rest[-1]}" if len(rest) % 2 else ""
    return f"case {cases}{otherwise} end", closing(this.found, at + 1) + 1


def _nvl2(this: Rendering, at: int) -> tuple[str, int] | None:
    given = [this.render(each) for each in arguments(this.found, at + 1)]
    if len(given) != 3:
        return None
    text = f"case when ({given[0]}) is not null then {given[1]} else {given[2]} end"
    return text, closing(this.found, at + 1) + 1


def _listagg(this: Rendering, at: int) -> tuple[str, int] | None:
    """`listagg(distinct x, ',') within group (order by y)` is `string_agg`."""
    given = arguments(this.found, at + 1)
    if not given:
        return None
    following = closing(this.found, at + 1) + 1
    distinct = given[0][0].word == "distinct"
    value = this.render(given[0][distinct:])
    separator = this.render(given[1]) if len(given) > 1 else "''"
    order = ""
    if [token.word for token in this.found[following : following + 2]] == ["within", "group"]:
        end = closing(this.found, following + 2)
        order = " " + this.render(this.found[following + 3 : end])
        following = end + 1
    if distinct and order:  # PostgreSQL sorts the distinct values by themselves only
        order = f" order by ({value})::text"
    word = "distinct " if distinct else ""
    return f"string_agg({word}({value})::text, {separator}{order})", following


def _median(this: Rendering, at: int) -> tuple[str, int] | None:
    end = closing(this.found, at + 1)
    value = this.render(this.found[at + 2 : end])
    return f"percentile_cont(0.5) within group (order by {value})", end + 1


def _cast_call(this: Rendering, at: int) -> tuple[str, int] | None:
    end = closing(this.found, at + 1)
    inside = this.found[at + 2 : end]
    depth = 0
    for index, token in enumerate(inside):
        depth += {"(": 1, ")": -1, "case": 1, "end": -1}.get(token.word, 0)
        if token.word == "as" and depth == 0:
            return _as_type(this, inside[:index], inside[index + 1 :]), end + 1
    return None


def _convert(this: Rendering, at: int) -> tuple[str, int] | None:
    """`convert(integer, x)`."""
    end = closing(this.found, at + 1)
    given = by_commas(this.found[at + 2 : end])
    if len(given) != 2:
        return None
    return _as_type(this, given[1], given[0]), end + 1


def _as_type(this: Rendering, value: Tokens, type_tokens: Tokens) -> str:
    wanted = types_of.read(type_tokens, 0)
    text = this.render(value)
    if wanted.bytes is not None:
        text = f"{CATALOG}.cut(({text})::text, {wanted.bytes})"
    return f"cast({text} as {wanted.in_cast()})"


CALLS: dict[str, Call] = {
    "nvl": _renamed("coalesce"),
    "nvl2": _nvl2,
    "decode": _decode,
    "listagg": _listagg,
    "median": _median,
    "cast": _cast_call,
    "convert": _convert,
    "convert_timezone": _convert_timezone,
    "json_extract_path_text": _json_path,
    "regexp_replace": _renamed(f"{CATALOG}.regexp_replace"),
    **dict.fromkeys(_DATE_PARTS, _date_part),
}
