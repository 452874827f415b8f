"""A look at the pinned object: what its columns are, and the plan by which its rows are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from stagecoach.dataset import Dataset, Xlsx
from stagecoach.drift import Drift, drift
from stagecoach.errors import FileRefused, LoadRejected, StagecoachError
from stagecoach.frames.files import delimited, keys, typed
from stagecoach.frames.files.judging import JSON, Plan
from stagecoach.frames.files.splits import share_out
from stagecoach.frames.files.texts import decode
from stagecoach.frames.files.unpacking import BROKEN
from stagecoach.frames.rows.batches import Field, schema
from stagecoach.frames.rows.checks import Checks
from stagecoach.frames.rows.faults import Faults
from stagecoach.frames.rows.meanings import Meant
from stagecoach.frames.spread import Spread


def look(spread: Spread, dataset: Dataset, uri: str) -> Look:
    """Look at a file, and plan how it is judged.

    Raises LoadRejected or FileRefused when the columns are neither the declared ones nor allowed to
    drift.
    """
    if dataset.source.format == "parquet":
        names, groups = typed.look(spread, uri)
        found = _drift(names, dataset)
        return Look(typed.TypedPlan.of(uri, found.dataset, groups), found)
    source = dataset.source
    strict = dataset.drift == "strict"
    plan = Plan(
        uri, source.format, source.csv, strict_keys=strict, path=source.json.keys, xlsx=source.xlsx
    )
    plan = replace(plan, splits=share_out(spread, uri, plan.whole, plan.csv.skip_footer))
    header: list[str] | None = None
    if plan.header:
        first = plan.first_line()
        if first is None and dataset.load.empty != "accept":
            raise LoadRejected(_without_header(plan))
        header = None if first is None else _header(first, plan)
    elif plan.format == "xlsx":
        header = _sheet_header(uri, source.xlsx)
    elif plan.format in JSON and dataset.drift == "evolve":
        header = keys.header_of(spread, plan, dataset)
    found = Drift(dataset) if header is None else _drift(header, dataset)
    return Look(_with_fields(plan, found.dataset, header), found)


@dataclass(frozen=True)
class Look:
    """How a file is judged: the plan, and the declaration as this file has it."""

    plan: Plan | typed.TypedPlan
    drift: Drift
    meanings: Mapping[str, Meant] = field(default_factory=dict)

    def in_one_pass(self) -> Plan | typed.TypedPlan | None:
        """The plan with all the checks in it; None where Spark has to reckon some of them."""
        checks = Checks.of(self.drift.dataset, self.meanings)
        if checks is None:
            return None
        return replace(self.plan, checks=checks)

    def frame(self, spark: SparkSession, raw: bool = False) -> DataFrame:
        """The judged rows: the columns of the file, then `_row_no _kind _faults _raw`."""
        arrow: pa.Schema = schema(self.plan.fields)
        plan = self.plan.with_raw() if raw else self.plan
        count = len(plan.splits)
        parts = spark.range(0, count, 1, count)
        return parts.mapInArrow(plan, from_arrow_schema(arrow))


def _sheet_header(uri: str, xlsx: Xlsx) -> list[str]:
    from stagecoach.frames.files import workbooks  # openpyxl takes a while

    names = workbooks.header(uri, xlsx)
    if names is None:
        raise LoadRejected(
            f"row {xlsx.header_row} of the sheet is empty, the header was wanted there - have the "
            "sender mend it, or declare source.xlsx.header_row"
        )
    return names


def _without_header(plan: Plan) -> str:
    if plan.csv.skip_lines:
        return (
            f"the file has no line {plan.header_line}, the header was wanted below "
            f"source.csv.skip_lines: {plan.csv.skip_lines} - have it sent again, or change that"
        )
    return "the file is empty, a header line was wanted - have it sent again"


def _header(first: bytes, plan: Plan) -> list[str]:
    faults = Faults(1)
    line = first.removesuffix(b"\r")
    text = decode(pa.array([line], pa.binary()), plan.encoding, faults)[0].as_py()
    if faults:
        found = faults.as_lists()[0].as_py()[0]["found"]
        raise LoadRejected(
            f"the header holds {found}, {plan.csv.encoding} text was wanted - "
            f"declare the file's encoding, or have it sent again"
        )
    return delimited.fields_of(text, plan.csv)


def _with_fields(plan: Plan, dataset: Dataset, names: list[str] | None) -> Plan:
    declared = dataset.file_columns
    if names is None:
        places = list(range(len(declared)))
        width = len(declared)
    else:
        places = [names.index(column.source or column.name) for column in declared]
        width = len(names)
    fields = tuple(
        Field.of(column, place, dataset) for column, place in zip(declared, places, strict=True)
    )
    return replace(plan, fields=fields, width=width)


def _drift(names: list[str], dataset: Dataset) -> Drift:
    if dataset.drift == "strict":
        _refuse_drift(names, dataset)
    return drift(dataset, names)


def _refuse_drift(names: list[str], dataset: Dataset) -> None:
    """Columns are taken by name, in whatever order."""
    wanted = [column.source or column.name for column in dataset.file_columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [name for name in wanted if name not in names]
    extra = [name for name in names if name not in wanted]
    for problem, columns in (("repeats", twice), ("lacks", missing)):
        if columns:
            raise LoadRejected(
                f"the header {problem} {_quoted(columns)}, wanted was "
                f"{_quoted(wanted)} - correct the file or the declaration"
            )
    if extra:
        raise LoadRejected(
            f"the header has {_quoted(extra)} beyond the declared columns - "
            f"declare them, or set drift: evolve"
        )


def _quoted(names: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:8])
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def as_refusal(error: Exception) -> Exception:
    """What a failed reading means: bytes that no retry mends are a refusal, the rest stays."""
    text = str(error)
    if not isinstance(error, StagecoachError) and "FileRefused: " in text:
        # It was raised on a worker, and Spark hands on no more than its text.
        sentence = text.split("FileRefused: ", 1)[1].splitlines()[0]
        return FileRefused(sentence)
    broken = ("EOFException", "ZipException", "not a gzip file", "ZStandardException", "CRC")
    if any(sign in text for sign in broken):
        return FileRefused(BROKEN)
    return error
