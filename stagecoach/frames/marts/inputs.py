"""The rows of an input as its live table has them, read from the clean files of its loads."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - as everywhere

from stagecoach.dataset import Column, MartInput
from stagecoach.errors import LoadRejected
from stagecoach.frames import objects
from stagecoach.frames.rows.rules import spark_type
from stagecoach.manifest import Manifest

LOAD = "_load_id=([0-9a-f-]+)"
FOOTER_BYTES = 256 * 2**10
AT_ONCE = 16


@dataclass(frozen=True)
class Parts:
    """The loads that are a table, as `etl.clean_parts` says; in the order of `loads`."""

    mode: str
    key: tuple[str, ...]
    order_by: str | None
    deleted_when: str | None
    unique: bool
    loads: tuple[str, ...]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Parts:
        """From the answer of `etl.clean_parts`."""
        return cls(
            mode=told["mode"],
            key=tuple(told["key"]),
            order_by=told["order_by"],
            deleted_when=told["deleted_when"],
            unique=told["unique"],
            loads=tuple(told["loads"]),
        )


def read(spark: SparkSession, pinned: str, wanted: MartInput, parts: Parts) -> DataFrame:
    """The declared columns of the rows; `pinned` is the root of the zone with the manifests.

    Raises LoadRejected where the table has values that no file of these loads has.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        manifests = list(threads.map(lambda load: _manifest(pinned, load), parts.loads))
        _check_whole(wanted, parts, manifests)
        loaded = [manifest for manifest in manifests if manifest.files]
        schemas = list(threads.map(lambda each: _schema(each.files[0]), loaded))
    alike: dict[str, list[str]] = {}
    for manifest, schema in zip(loaded, schemas, strict=True):
        alike.setdefault(str(schema), []).extend(manifest.files)
    frames = [_files(spark, wanted, files) for files in alike.values()]
    if not frames:
        return spark.createDataFrame([], _declared(wanted))
    rows = frames[0]
    for more in frames[1:]:
        rows = rows.unionAll(more)
    return _as_merged(rows, wanted, parts)


def _manifest(pinned: str, load: str) -> Manifest:
    return Manifest.from_json(objects.read(f"{pinned}/{load}/manifest.json"))


def _check_whole(wanted: MartInput, parts: Parts, manifests: list[Manifest]) -> None:
    """Under drift: evolve a file may lack a column, and the table keeps what it had there."""
    if parts.mode not in ("snapshot", "upsert"):
        return
    names = {name for name, _ in wanted.columns}
    for manifest in manifests:
        lacks = {each["column"] for each in manifest.drift if each["change"] == "missing"}
        if lacks & names:
            raise LoadRejected(
                f"load {manifest.load_id} of {wanted.name} lacked the column {min(lacks & names)}, "
                f"of which the table kept older values that the load's files do not have - have "
                f"{wanted.name} sent whole"
            )


def _schema(uri: str) -> pa.Schema:
    """The columns of a Parquet file, for which only its end is read."""
    size = objects.size(uri)
    start = max(0, size - FOOTER_BYTES)
    try:
        return pq.read_schema(pa.BufferReader(objects.read_range(uri, start, size - start)))
    except pa.ArrowInvalid:
        return pq.read_schema(pa.BufferReader(objects.read(uri)))


def _files(spark: SparkSession, wanted: MartInput, files: list[str]) -> DataFrame:
    """The rows of files that are alike, as the declared types, and where they stand."""
    rows = spark.read.parquet(*files)
    there = set(rows.columns)
    columns = [_column(name, kind, name in there) for name, kind in wanted.columns]
    load = F.regexp_extract(F.col("_metadata.file_path"), LOAD, 1)
    return rows.select(*columns, load.alias("_load"), F.col("_row_no"))


def _column(name: str, kind: str, is_there: bool) -> SparkColumn:
    value = F.col(f"`{name}`") if is_there else F.lit(None)
    return value.cast(spark_type(Column(name, kind))).alias(name)


def _declared(wanted: MartInput) -> str:
    return ", ".join(f"`{name}` {spark_type(Column(name, kind))}" for name, kind in wanted.columns)


def _as_merged(rows: DataFrame, wanted: MartInput, parts: Parts) -> DataFrame:
    """Of several rows with one key the one that the merge would have let count."""
    if parts.key and not parts.unique:
        by_key = Window.partitionBy(*(f"`{name}`" for name in parts.key))
        rows = (
            rows.withColumn("_place", _place(parts.loads))
            .withColumn("_rank", F.row_number().over(by_key.orderBy(*_order(parts))))
            .where(F.col("_rank") == 1)
        )
    if parts.deleted_when is not None:
        rows = rows.where(~F.coalesce(F.col(f"`{parts.deleted_when}`"), F.lit(False)))
    return rows.select(*(f"`{name}`" for name, _ in wanted.columns))


def _place(loads: tuple[str, ...]) -> SparkColumn:
    """Which load of the order a row is of, from 1."""
    return F.array_position(F.array(*(F.lit(load) for load in loads)), F.col("_load"))


def _order(parts: Parts) -> list[SparkColumn]:
    """What counts stands first: of an append the earliest load, of anything else the latest."""
    place = F.asc("_place") if parts.mode == "append" else F.desc("_place")
    dated = [F.desc_nulls_last(f"`{parts.order_by}`")] if parts.order_by else []
    first = [*dated, place] if parts.mode == "upsert" else [place, *dated]
    return [*first, F.desc("_row_no")]
