"""The names in the first line against the columns of the declaration.

A refusal explains itself by the likeliest cause: another delimiter, lines above the header, no
header, capitals and spaces, a rename. Order does not matter, columns are taken by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from stagecoach.dataset import Csv, Dataset
from stagecoach.drift import drift
from stagecoach.errors import FileRefused

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
SHOWN = 12  # names in a sentence
PREAMBLE_MOST = 50  # lines above a header that are looked through for it
SEND_IT = "have the sender mend it"


def first_record(text: str, style: Csv) -> list[str]:
    """The fields of the first line; none when it is empty."""
    return next(_records(text, style, style.delimiter), [])


def has_rows(text: str, style: Csv) -> bool:
    """Whether anything but a header, a footer and empty lines is there."""
    lines = LINE.findall(text)
    rows = _records("".join(lines[: len(lines) - style.skip_footer]), style, style.delimiter)
    if style.header:
        next(rows, None)
    return any(rows)


def below(text: str, style: Csv) -> str | None:
    """The text below the lines to skip; None when it has no line there."""
    lines = LINE.findall(text)
    return "".join(lines[style.skip_lines :]) or None


def check(dataset: Dataset, found: list[str], text: str) -> dict[str, object]:
    """The facts about a header that fits. Raises FileRefused with what is wrong and likely why."""
    wanted = [str(column.source) for column in dataset.file_columns]
    counts = Counter(found)
    missing = [name for name in wanted if name not in counts]
    extra = [name for name in counts if name not in wanted]
    if missing:
        _explain_missing(dataset, found, wanted, text)
    blank = [at for at, name in enumerate(found, start=1) if not name.strip()]
    if blank:
        raise _refused(f"column {blank[0]} of the header has no name", wanted)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise _refused(f"the header has {shown(twice)} more than once", wanted)
    if dataset.drift == "strict" and missing:
        raise _refused(_differences(missing, extra), wanted, _renamed(missing, extra))
    if dataset.drift == "strict" and extra:
        advice = "declare it, or drift: evolve to add it to the table"
        raise _refused(_differences(missing, extra), wanted, advice)
    judged = drift(dataset, found)
    reordered = bool(judged.reordered)
    return {"header": found, "reordered": reordered, "extra": extra, "missing": missing}


def check_width(dataset: Dataset, found: list[str]) -> None:
    """For a file without a header. Raises FileRefused when its first line is not a row of it."""
    wanted = [str(column.source) for column in dataset.file_columns]
    if found == wanted:
        raise FileRefused(
            "the first line is a header - wanted rows at once; declare source.csv.header: true"
        )
    if len(found) != len(wanted):
        raise FileRefused(
            f"the first line has {len(found)} fields - wanted {len(wanted)}: {shown(wanted)}; "
            f"{SEND_IT}, or change the columns"
        )


def _explain_missing(dataset: Dataset, found: list[str], wanted: list[str], text: str) -> None:
    """Raises FileRefused when one cause explains why names are missing."""
    style = dataset.source.csv
    if set(found).isdisjoint(wanted):
        _check_json(found[0] if found else "")
        if delimiter := _other_delimiter(text, style, wanted):
            raise FileRefused(
                f"the fields are separated by {DELIMITERS.get(delimiter, repr(delimiter))} - "
                f"wanted {DELIMITERS.get(style.delimiter, repr(style.delimiter))}; declare "
                f'source.csv.delimiter: "{delimiter}" if the sender means it'.replace("\t", "\\t")
            )
        skipped = style.skip_lines
        if line := _header_further_down(text, style, wanted):
            raise FileRefused(
                f"the header is on line {line + skipped}, below {shown(found) or 'empty lines'} - "
                f"wanted it on line {1 + skipped}; {SEND_IT}, or declare "
                f"source.csv.skip_lines: {line + skipped - 1} if it always is there"
            )
        if _looks_like_data(found, wanted):
            raise _refused(
                f"the file has no header, its first line is a row: {shown(found)}",
                wanted,
                "send it with its header, or declare source.csv.header: false",
            )
    plain = {_plain(name): name for name in wanted}
    alike = [name for name in found if name not in wanted and _plain(name) in plain]
    if alike:
        name = alike[0]
        raise _refused(
            f"{name!r} in the header differs from {plain[_plain(name)]!r} in case or spaces",
            wanted,
            f"{SEND_IT}, or declare the column with from: {name!r}",
        )


def _check_json(first_field: str) -> None:
    if first_field.lstrip().startswith(("{", "[{")):
        raise FileRefused(
            f"the file is JSON, it begins with {first_field[:40]!r} - wanted delimited text; look "
            "at what the sender exports"
        )


def _refused(what: str, wanted: list[str], advice: str = SEND_IT) -> FileRefused:
    return FileRefused(f"{what} - wanted {shown(wanted)}; {advice}")


def _differences(missing: list[str], extra: list[str]) -> str:
    parts = [f"lacks {shown(missing)}"] if missing else []
    parts += [f"has {shown(extra)}, which is not declared"] if extra else []
    return f"the header {' and '.join(parts)}"


def _renamed(missing: list[str], extra: list[str]) -> str:
    """Advice when an unknown name is close to one that lacks."""
    for name in missing:
        if close := get_close_matches(name, extra, n=1, cutoff=0.5):
            return f"if {close[0]!r} is the new name of {name!r}, declare it as from: {close[0]!r}"
    return SEND_IT


def _plain(name: str) -> str:
    return "".join(name.lower().replace("-", "_").split())


def _other_delimiter(text: str, style: Csv, wanted: list[str]) -> str | None:
    """The delimiter with which the first line names the wanted columns."""
    for delimiter in (other for other in DELIMITERS if other != style.delimiter):
        names = next(_records(text, style, delimiter), [])
        if len(wanted) > 1 and len(set(names) & set(wanted)) * 2 >= len(wanted):
            return delimiter
    return None


def _header_further_down(text: str, style: Csv, wanted: list[str]) -> int | None:
    """The line, from 2, that has every wanted name."""
    for number, line in enumerate(LINE.findall(text)[:PREAMBLE_MOST], start=1):
        names = next(_records(line, style, style.delimiter), [])
        if number > 1 and set(wanted) <= set(names):
            return number
    return None


def _looks_like_data(found: list[str], wanted: list[str]) -> bool:
    """As many fields as columns, and some of them begin like numbers or dates."""
    return len(found) == len(wanted) and any(name.lstrip("-+ ")[:1].isdigit() for name in found)


def _records(text: str, style: Csv, delimiter: str) -> Iterator[list[str]]:
    """The records of a text; a field may be as long as the text."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=style.quote,
        escapechar=style.escape,
        strict=False,
    )


def shown(names: list[str]) -> str:
    """Names for a sentence, quoted, the first dozen of them."""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(repr(name[:60]) for name in names[:SHOWN]) + more
