"""The declaration of a sample, as a person would have written it, with remarks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.scaffold import keys
from workbench.scaffold.samples import Sample
from workbench.scaffold.types import Guess, guess

# Where a word begins in `pickupDate` and in `PULocationID`.
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*")
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
NAME_MOST = 63


@dataclass
class Declared:
    """A column as the declaration will have it; `source` is its name in the file."""

    name: str
    source: str
    guess: Guess
    nullable: bool


@dataclass
class Declaration:
    """What `new` found out about a sample."""

    name: str
    sample: Sample
    columns: list[Declared]
    key: tuple[str, ...]
    nulls: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """A whole truth where rows can be told apart, facts where not."""
        return "snapshot" if self.key else "append"


def declare(name: str, sample: Sample) -> Declaration:
    """Find out what a declaration of the sample must say."""
    names = _names(list(sample.columns))
    guesses = {each: _guess(names[each], each, sample) for each in sample.columns}
    nulls = _nulls(sample, guesses)
    columns = []
    for source, values in sample.columns.items():
        found = guesses[source]
        if set(found.nulls) - set(nulls):
            word = next(each for each in found.nulls if each not in nulls)
            why = f"{word!r} may mean null here, but is a value in another column"
            found = Guess("text", why=why)
        without = _without(values, nulls)
        columns.append(Declared(names[source], source, found, without.null_count > 0))
    kinds = {each.source: each.guess.type for each in columns}
    found_key = keys.likely(
        {names[each]: _without(values, nulls) for each, values in sample.columns.items()},
        {names[each]: kinds[each] for each in sample.columns},
        name,
    )
    return Declaration(name, sample, columns, found_key, nulls, list(sample.remarks))


def _guess(name: str, source: str, sample: Sample) -> Guess:
    if source in sample.typed:
        why = "digits in quotes: a code" if sample.typed[source] == "text" else None
        return Guess(sample.typed[source], why=why)
    return guess(name, sample.columns[source])


def _nulls(sample: Sample, guesses: dict[str, Guess]) -> tuple[str, ...]:
    """Words that mean null in some columns and are no value of any text column."""
    words = dict.fromkeys(word for found in guesses.values() for word in found.nulls)
    if sample.format != "csv":
        return ()
    texts = [sample.columns[each] for each, found in guesses.items() if found.type == "text"]
    return tuple(
        word
        for word in words
        if not any(pc.any(pc.equal(values, word)).as_py() for values in texts)
    )


def _without(values: pa.Array, nulls: tuple[str, ...]) -> pa.Array:
    if not nulls:
        return values
    return pc.if_else(pc.is_in(values, pa.array(nulls)), pa.scalar(None, pa.string()), values)


def _names(sources: list[str]) -> dict[str, str]:
    """A name of the database for each name in the file."""
    names: dict[str, str] = {}
    for source in sources:
        spaced = WORD.sub("_", source.strip())
        plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")[:NAME_MOST]
        plain = plain if plain[:1].isalpha() else f"c_{plain}".rstrip("_")
        number, name = 1, plain
        while name in names.values():
            number += 1
            name = f"{plain[: NAME_MOST - 4]}_{number}"
        names[source] = name
    return names


def text(
    declaration: Declaration, path: Path, schema: str, for_editors: str = "schema.json"
) -> str:
    """The YAML file, commented; `for_editors` is the way from it to datasets/schema.json."""
    sample = declaration.sample
    lines = [
        f"# yaml-language-server: $schema={for_editors}",
        f"# Made from {path.name} ({sample.rows:,} rows): look at the remarks; the README beside "
        "schema.json explains every key.",
        "# What had no null in the sample may have none: where one may come, say nullable: true.",
        *(f"# {remark}" for remark in declaration.remarks),
        f"name: {declaration.name}",
        f"description: Rows of {path.name}   # one sentence for people; the comment on the table",
        "source:",
        f"  format: {sample.format}",
        *_style(declaration),
        "columns:",
        *(_column(column) for column in declaration.columns),
        *_meaning(declaration),
        "targets:",
        f"  postgres: {{schema: {schema}}}",
        f"  # redshift: {{schema: {schema}}}",
    ]
    return "\n".join(lines) + "\n"


def _style(declaration: Declaration) -> list[str]:
    lines = []
    source = {each: dict(said) for each, said in declaration.sample.source.items() if said}
    if declaration.nulls:
        source.setdefault("csv", {})["nulls"] = ["", *declaration.nulls]
    for each, said in source.items():
        lines.append(f"  {each}: {_flow(said)}")
    return lines


def _column(column: Declared) -> str:
    said: dict[str, Any] = {"name": column.name, "type": column.guess.type}
    if column.source != column.name:
        said["from"] = column.source
    if column.guess.format:
        said["format"] = column.guess.format
    if column.nullable:
        said["nullable"] = True
    remark = f"   # {column.guess.why}" if column.guess.why else ""
    return f"  - {_flow(said)}{remark}"


def _meaning(declaration: Declaration) -> list[str]:
    if declaration.key:
        return [
            f"key: [{', '.join(declaration.key)}]   # unique in the sample: is it always?",
            "load: {mode: snapshot}   # each file is the whole truth; or upsert, append, replace, "
            "history",
        ]
    return [
        "# key: []   # no few columns tell the sample's rows apart",
        "load: {mode: append}   # each file brings new facts; or replace: each is the whole table",
    ]


def _flow(said: dict[str, Any]) -> str:
    inner = ", ".join(f"{key}: {_scalar(value)}" for key, value in said.items())
    return "{" + inner + "}"


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(each) for each in value) + "]"
    if isinstance(value, bool | int):
        return json.dumps(value)
    plain = PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in WORDS
    simple = plain or re.fullmatch(r"varchar\(\d+\)|utf-8|utf-16|utf-32", value)
    return value if simple else json.dumps(value, ensure_ascii=False)
