"""A dataset as functions and jobs see it: the normalised declaration, read from JSON.

People write `datasets/<name>.yaml`; `stagecoach.declaration` validates and defaults it; the build
publishes the result as `datasets/<name>.json`. Here is only its shape, with the standard library.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Literal

Mode = Literal["snapshot", "upsert", "append", "replace", "history"]
Deletes = Literal["close", "ignore"]
Empty = Literal["header_only", "accept", "refuse"]
Versions = Literal["append", "refuse"]
Action = Literal["reject", "warn", "fail"]

REDSHIFT_BYTES_MOST = 65_535  # VARCHAR(MAX)
UTF8_MOST = 4  # bytes of a character
UUID_BYTES = 36
TYPE = re.compile(r"^(?P<base>[a-z]+)(?:\((?P<a>\d+)(?:\s*,\s*(?P<b>\d+))?\))?$")


@dataclass(frozen=True)
class Type:
    """A column type, taken apart: `numeric(12,2)` is base numeric, args (12, 2)."""

    text: str
    base: str
    args: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Type:
        """Read `name`, `name(n)` or `name(p,s)`. Raises ValueError on anything else."""
        found = TYPE.match(text)
        if found is None:
            raise ValueError(f"{text!r} is not a type")
        args = tuple(int(number) for number in (found["a"], found["b"]) if number is not None)
        return cls(text, found["base"], args)

    @property
    def size(self) -> tuple[int, int]:
        """Precision and scale of a `numeric`; one that declares none has room for (38, 10)."""
        if not self.args:
            return 38, 10
        precision, scale = (*self.args, 0)[:2]
        return precision, scale


@dataclass(frozen=True)
class Codes:
    """What the values of the column `of` mean: pairs of a code and its meaning, both as text, the
    code in the one spelling that its type gives it.

    `otherwise` is the meaning of any other code (None: it rejects the row), `missing` that of null.
    """

    of: str
    meanings: tuple[tuple[str, str], ...]
    otherwise: str | None = None
    missing: str | None = None


@dataclass(frozen=True)
class Lookup:
    """The column `take` of the row of another dataset whose key is the value of `by`.

    `otherwise` stands where it has no such row (None: that rejects the row), `missing` for null.
    """

    dataset: str
    by: str
    take: str
    otherwise: str | None = None
    missing: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of the table. `source` is its name in the file; None when it is reckoned: by
    `derive`, `codes` or `lookup`.

    `bytes` is the room in Redshift as it was declared; `room` is what it comes to. `digits` are the
    significant ones that count; None: all of them.
    """

    name: str
    type: str
    source: str | None = None
    nullable: bool = False
    format: str | None = None
    derive: str | None = None
    description: str | None = None
    bytes: int | None = None
    digits: int | None = None
    codes: Codes | None = None
    lookup: Lookup | None = None

    @property
    def meant(self) -> Codes | Lookup | None:
        """What says the meaning of another column's values here."""
        return self.codes or self.lookup

    @property
    def coded(self) -> str | None:
        """The column whose values have a meaning here."""
        return self.codes.of if self.codes else self.lookup.by if self.lookup else None

    @property
    def kind(self) -> Type:
        """The type, taken apart."""
        return Type.parse(self.type)

    @property
    def room(self) -> int | None:
        """The bytes of UTF-8 that Redshift has room for; None for what is no text there."""
        kind = self.kind
        if kind.base == "uuid":
            return UUID_BYTES
        if kind.base not in ("varchar", "text", "json"):
            return None
        declared = UTF8_MOST * kind.args[0] if kind.args else REDSHIFT_BYTES_MOST
        return min(self.bytes or declared, REDSHIFT_BYTES_MOST)


@dataclass(frozen=True)
class Rule:
    """A sentence and its Spark SQL condition; a row for which it is false breaks it."""

    name: str
    check: str
    action: Action = "reject"


@dataclass(frozen=True)
class Limit:
    """How much is too much: more than `share` (0..1) of the rows, or more than `count` rows.

    With both None nothing is too much; where both are set, passing either is too much.
    """

    share: float | None = None
    count: int | None = None

    def passed_by(self, number: int, of: int) -> bool:
        """Whether `number` out of `of` rows is more than this limit allows."""
        over_share = self.share is not None and number > self.share * of
        return over_share or (self.count is not None and number > self.count)


@dataclass(frozen=True)
class Csv:
    """How a delimited file is written; `skip_lines` stand above the header, `skip_footer` below the
    last row.
    """

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ("",)
    multiline: bool = False
    skip_lines: int = 0
    skip_footer: int = 0
    escape: str | None = None


@dataclass(frozen=True)
class Json:
    """Where the records of a JSON document are; None: the document is their array."""

    path: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that lead to the array, from without."""
        return tuple(self.path.split(".")) if self.path else ()


@dataclass(frozen=True)
class Xlsx:
    """Which sheet of a workbook has the rows (None: the first visible one), and below which row."""

    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True)
class Fetch:
    """Where a file comes from when nobody sends it.

    `url` may name {year}, {month} and {day} of the day that lies `behind` today. `checksum` is the
    address of a text with its SHA-256 or MD5. A file with fewer than `at_least` (0..1) of the last
    one's bytes is not landed. `seconds` are for all `attempts` together.
    """

    url: str
    schedule: str
    behind: str = "0 days"
    checksum: str | None = None
    at_least: float = 0.5
    attempts: int = 4
    seconds: int = 600


@dataclass(frozen=True)
class MartInput:
    """A dataset that a mart is computed of: its columns with their types.

    `partition` is Spark SQL over a row of it: the partition of the mart that the row belongs to.
    """

    name: str
    columns: tuple[tuple[str, str], ...] = ()
    partition: str | None = None


@dataclass(frozen=True)
class Mart:
    """Rows that no file brings: one select in Spark SQL over the rows of other datasets.

    `partition_by` is a column of the key; where it is set, only the partitions whose input changed
    are computed anew. `checks` are conditions over `mart` and its inputs, each with its name.
    """

    sql: str
    inputs: tuple[MartInput, ...] = ()
    partition_by: str | None = None
    checks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Source:
    """What arrives: keys below `prefix` in the landing bucket, in `format`; or a mart."""

    prefix: str
    format: str = "csv"
    csv: Csv = field(default_factory=Csv)
    json: Json = field(default_factory=Json)
    xlsx: Xlsx = field(default_factory=Xlsx)
    fetch: Fetch | None = None
    mart: Mart | None = None


@dataclass(frozen=True)
class Load:
    """What a delivery means for the table.

    `deletes` says whether a history ends the keys that a file lacks; None in any other mode.
    `deleted_when` names the boolean column that marks rows of an upsert as deletes. `empty` is what
    becomes of a file without rows: `header_only` takes one that has its header, `accept` one of no
    bytes as well, `refuse` neither. `versions` says what a later version of an object is whose
    facts were appended without a key.
    """

    mode: Mode
    order_by: str | None = None
    max_deletes: Limit = field(default_factory=Limit)
    max_rejects: Limit = field(default_factory=Limit)
    deletes: Deletes | None = None
    deleted_when: str | None = None
    empty: Empty = "header_only"
    versions: Versions = "append"


@dataclass(frozen=True)
class PostgresTarget:
    """The live table in PostgreSQL; each index is a list of column names."""

    schema: str
    table: str
    indexes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class RedshiftTarget:
    """The live table in Redshift, and how its rows lie on the nodes."""

    schema: str
    table: str
    diststyle: Literal["auto", "even", "all", "key"] = "auto"
    distkey: str | None = None
    sortkey: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alerts:
    """Which ends of a load are mailed."""

    success: bool = False
    failure: bool = True


@dataclass(frozen=True)
class Size:
    """What Glue gives this dataset, and how rows go into the stage table."""

    worker_type: str = "G.1X"
    workers: int = 2
    writer: Literal["copy", "jdbc"] = "copy"


@dataclass(frozen=True)
class Dataset:
    """One normalised declaration."""

    name: str
    description: str
    source: Source
    columns: tuple[Column, ...]
    load: Load
    postgres: PostgresTarget
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    drift: Literal["strict", "evolve"] = "strict"
    alerts: Alerts = field(default_factory=Alerts)
    size: Size = field(default_factory=Size)
    redshift: RedshiftTarget | None = None
    after: tuple[str, ...] = ()

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that the file must bring, in table order."""
        return tuple(column for column in self.columns if column.source is not None)

    @property
    def derived_columns(self) -> tuple[Column, ...]:
        """The columns that are reckoned from those above them, in table order."""
        return tuple(column for column in self.columns if column.derive or column.meant)

    @property
    def lookups(self) -> tuple[str, ...]:
        """The datasets whose rows are looked up."""
        return tuple(sorted({column.lookup.dataset for column in self.columns if column.lookup}))

    @property
    def recipe(self) -> str | None:
        """A word that changes when what the rows of a mart are computed by does; None for files."""
        if self.source.mart is None:
            return None
        kept = {
            "mart": asdict(self.source.mart),
            "columns": [(each.name, each.type, each.nullable, each.bytes) for each in self.columns],
            "key": self.key,
            "rules": [asdict(rule) for rule in self.rules],
            "max_rejects": asdict(self.load.max_rejects),
            "redshift": self.redshift is not None,
        }
        return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """The text that the build publishes; equal datasets give equal bytes."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Dataset:
        """Read what `to_json` wrote. Raises KeyError or TypeError on anything else."""
        data = json.loads(text)
        source, load = data["source"], data["load"]
        csv = Csv(**{**source["csv"], "nulls": tuple(source["csv"]["nulls"])})
        json_, xlsx = Json(**source.get("json", {})), Xlsx(**source.get("xlsx", {}))
        fetch = Fetch(**source["fetch"]) if source.get("fetch") else None
        limits = {name: Limit(**load[name]) for name in ("max_deletes", "max_rejects")}
        indexes = tuple(tuple(index) for index in data["postgres"]["indexes"])
        return cls(
            **{
                **data,
                "source": Source(
                    **{
                        **source,
                        **{"csv": csv, "json": json_, "xlsx": xlsx, "fetch": fetch},
                        "mart": _mart(source.get("mart")),
                    }
                ),
                "columns": tuple(_column(column) for column in data["columns"]),
                "load": Load(**{**load, **limits}),
                "postgres": PostgresTarget(**{**data["postgres"], "indexes": indexes}),
                "key": tuple(data["key"]),
                "rules": tuple(Rule(**rule) for rule in data["rules"]),
                "redshift": _redshift(data.get("redshift")),
                "alerts": Alerts(**data["alerts"]),
                "size": Size(**data["size"]),
                "after": tuple(data.get("after", ())),
            }
        )


def _mart(data: dict[str, Any] | None) -> Mart | None:
    if not data:
        return None
    inputs = (
        MartInput(
            one["name"], tuple((name, kind) for name, kind in one["columns"]), one["partition"]
        )
        for one in data["inputs"]
    )
    checks = tuple((name, check) for name, check in data["checks"])
    return Mart(**{**data, "inputs": tuple(inputs), "checks": checks})


def _column(data: dict[str, Any]) -> Column:
    codes, lookup = data.get("codes"), data.get("lookup")
    if codes:
        pairs = tuple((code, meaning) for code, meaning in codes["meanings"])
        codes = Codes(**{**codes, "meanings": pairs})
    return Column(**{**data, "codes": codes, "lookup": Lookup(**lookup) if lookup else None})


def _redshift(data: dict[str, Any] | None) -> RedshiftTarget | None:
    return RedshiftTarget(**{**data, "sortkey": tuple(data["sortkey"])}) if data else None
