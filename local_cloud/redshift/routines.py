"""Procedures and functions of Redshift: their arguments, and the statements inside."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.redshift import bodies, types_of
from local_cloud.redshift.expressions import literal, render
from local_cloud.redshift.lexing import Token, by_commas, closing, tokens

Tokens = tuple[Token, ...]
Translate = Callable[[str, Tokens], str]  # one statement


def create_routine(source: str, found: Tokens, translate: Translate) -> str | None:
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
    inside = _body(source, found[at], translate) if is_plpgsql else _query_body(source, found[at])
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


def _body(source: str, dollar: Token, translate: Translate) -> str:
    """The body with each piece translated, and all that is between them as it was."""
    tag = dollar.text.index("$", 1) + 1
    position, end = dollar.start + tag, dollar.end - tag
    answer = ""
    for piece in bodies.pieces(bodies.body(dollar)):
        first, last = piece.tokens[0], piece.tokens[-1]
        if first.start < position:
            continue
        answer += source[position : first.start] + _piece(source, piece, translate)
        position = last.end
    return answer + source[position:end]


def _piece(source: str, piece: bodies.Piece, translate: Translate) -> str:
    if piece.kind == "sql":
        return translate(source, piece.tokens)
    if piece.kind == "declare":
        return _declaration(source, piece.tokens)
    if piece.kind == "plpgsql" and piece.tokens[0].word == "execute":
        return _execute(source, piece.tokens, translate)
    if piece.kind in ("expression", "assignment", "plpgsql"):
        return render(source, piece.tokens)
    return source[piece.tokens[0].start : piece.tokens[-1].end]


def _execute(source: str, found: Tokens, translate: Translate) -> str:
    """Dynamic SQL that is one literal is translated; what is put together is not seen."""
    text = found[1].text if len(found) == 2 and found[1].kind == "string" else ""
    if text[:1] != "'" or "\\" in text:
        return render(source, found)
    inner = text[1:-1].replace("''", "'")
    parts = tokens(inner)
    return "execute " + literal(translate(inner, parts)) if parts else render(source, found)


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
