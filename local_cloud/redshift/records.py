"""The rows of a text file, before anybody looks at their values: CSV, delimited and JSON."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_cloud.redshift.casting import Refused
from local_cloud.redshift.errors import Failed
from local_cloud.redshift.targets import Target

_ENCODINGS = {"utf8": "utf-8", "utf16": "utf-16", "utf16le": "utf-16-le", "utf16be": "utf-16-be"}
_ESCAPES = {r"\t": "\t", r"\\": "\\", r"\n": "\n", r"\r": "\r"}


@dataclass(frozen=True)
class Record:
    """One row: where it begins, its text, and its fields or why it has none."""

    line: int
    raw: str
    fields: Sequence[str | None] | Refused


def records(
    content: bytes, columns: Sequence[Target], options: Mapping[str, Any]
) -> Iterator[Record]:
    """The rows of a CSV or delimited file."""
    text = decoded(content, options)
    split = _csv if "csv" in options else _delimited
    skipped = int(options.get("ignoreheader", 0))
    for line, raw, fields in split(text, options):
        if line <= skipped or (raw.strip() == "" and "ignoreblanklines" in options):
            continue
        yield Record(line, raw, _counted(fields, len(columns), options))


def json_records(
    content: bytes, columns: Sequence[Target], options: Mapping[str, Any], paths: list[str] | None
) -> Iterator[Record]:
    """The objects of a JSON file, one after the other with or without line ends between."""
    text, at = decoded(content, options).lstrip("\ufeff"), 0
    decoder = json.JSONDecoder(parse_float=str)
    pick = _picker(columns, options["json"], paths)
    while match := re.compile(r"\S").search(text, at):
        line = text.count("\n", 0, match.start()) + 1
        try:
            found, end = decoder.raw_decode(text, match.start())
        except ValueError as wrong:
            # nothing can tell where the next object begins
            yield Record(
                line, text[match.start() :][:1024], Refused(1311, f"Invalid JSON: {wrong}")
            )
            return
        yield Record(line, text[match.start() : end][:1024], pick(found))
        at = end


def decoded(content: bytes, options: Mapping[str, Any]) -> str:
    """The file as text; bytes that are no UTF-8 stay visible to whoever judges the field."""
    name = str(options.get("encoding", "utf8")).lower().replace("-", "")
    if name not in _ENCODINGS:
        raise Failed(f"ENCODING {name} is not supported")
    bare = content.removeprefix(codecs.BOM_UTF8) if name == "utf8" else content
    return bare.decode(_ENCODINGS[name], "surrogateescape" if name == "utf8" else "replace")


def unescaped(text: str) -> str:
    r"""What an option such as DELIMITER '\t' means."""
    return _ESCAPES.get(text, text)


def _counted(
    fields: Sequence[str | None] | Refused, wanted: int, options: Mapping[str, Any]
) -> Sequence[str | None] | Refused:
    if isinstance(fields, Refused):
        return fields
    if len(fields) > wanted:
        return Refused(1202, "Extra column(s) found")
    if len(fields) < wanted:
        if "fillrecord" not in options:
            return Refused(1214, "Delimiter not found")
        return [*fields, *[None] * (wanted - len(fields))]
    return fields


def _csv(text: str, options: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    seen: list[str] = []

    def noted() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            seen.append(line)
            yield line

    null = unescaped(options.get("null", r"\N"))
    reader = csv.reader(
        noted(),
        delimiter=unescaped(options.get("delimiter", ",")),
        quotechar=options.get("quote", '"'),
        strict=True,
    )
    first = 1
    while True:
        seen.clear()
        try:
            fields: Any = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fields = Refused(1229, "Invalid quote formatting for CSV")
        raw = "".join(seen).rstrip("\r\n")
        if not isinstance(fields, Refused):
            fields = [None if each == null else each for each in fields] or [""]
        yield first, raw, fields
        first = reader.line_num + 1


def _delimited(text: str, options: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    between = unescaped(options.get("delimiter", "|"))
    null = unescaped(options.get("null", r"\N"))
    line = 1
    for raw in _lines(text, "escape" in options):
        fields = [
            None if each == null else _cleaned(each, options)
            for each in _fields(raw, between, options)
        ]
        yield line, raw, fields
        line += raw.count("\n") + 1


def _lines(text: str, with_escapes: bool) -> Iterator[str]:
    """The records; under ESCAPE a line end after a backslash is part of the field."""
    pattern = r"(?:[^\n\\]|\\.)*" if with_escapes else r"[^\n]*"
    for found in re.finditer(rf"({pattern})(?:\n|\Z)", text, re.DOTALL):
        if found[0]:
            yield found[1].removesuffix("\r")


def _fields(raw: str, between: str, options: Mapping[str, Any]) -> list[str]:
    wanted = re.escape(between)
    pieces = ["."]
    if "escape" in options:
        pieces.insert(0, r"\\.")
    if "removequotes" in options:
        pieces[:0] = [
            rf"(?<![^{wanted}])\"[^\"]*\"(?={wanted}|$)",
            rf"(?<![^{wanted}])'[^']*'(?={wanted}|$)",
        ]
    field = rf"((?:(?!{wanted})(?:{'|'.join(pieces)}))*)"
    return [found[1] for found in re.finditer(rf"(?:^|{wanted}){field}", raw, re.DOTALL)]


def _cleaned(field: str, options: Mapping[str, Any]) -> str:
    if "removequotes" in options and len(field) > 1 and field[0] == field[-1] and field[0] in "'\"":
        field = field[1:-1]
    if "escape" in options:
        field = re.sub(r"\\(.)", r"\1", field, flags=re.DOTALL)
    return field.rstrip(" ") if "trimblanks" in options else field


def _picker(
    columns: Sequence[Target], how: str, paths: list[str] | None
) -> Callable[[Any], list[str | None] | Refused]:
    if how == "noshred":
        return lambda found: [json.dumps(found, separators=(",", ":"))]
    folded = how == "auto ignorecase"
    names = [column.name.lower() if folded else column.name for column in columns]

    def pick(found: Any) -> list[str | None] | Refused:
        if paths is not None:
            return [_text(_walk(found, path)) for path in paths]
        if not isinstance(found, dict):
            return Refused(1311, "Invalid JSON: an object was expected")
        known = {key.lower(): value for key, value in found.items()} if folded else found
        return [_text(known.get(name)) for name in names]

    return pick


def _walk(found: Any, path: str) -> Any:
    """What a JSONPath of COPY names: dots, brackets with names, brackets with numbers."""
    for bracketed, dotted in re.findall(r"\[('[^']*'|\"[^\"]*\"|\d+)\]|\.?([^.\[\]$]+)", path):
        step = dotted or bracketed.strip("'\"")
        if isinstance(found, list) and step.isdigit():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value, separators=(",", ":"))
