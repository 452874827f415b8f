"""Compute a mart of the loads that were pinned for it: one session, one pass, a manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everywhere

from stagecoach.dataset import Column, Dataset, Mart
from stagecoach.errors import LoadRejected
from stagecoach.frames import objects
from stagecoach.frames.job import Job
from stagecoach.frames.marts import changes, checks, inputs, results
from stagecoach.frames.marts.changes import Scope
from stagecoach.frames.marts.writing import EXAMPLES, MartWriter
from stagecoach.frames.rows import writing
from stagecoach.frames.rows.clean import TOLD
from stagecoach.frames.rows.rules import spark_type
from stagecoach.frames.steps import Steps
from stagecoach.manifest import SAMPLE, Counts, Manifest, Reject, reason_to_reject

REMEDY = "correct the SQL, or what it is computed of"
# A mart may join and sort; what files need of Spark does not.
SETTINGS = {"spark.sql.adaptive.enabled": "true"}
Tables = Mapping[str, DataFrame]


def compute(spark: SparkSession, job: Job, steps: Steps) -> Manifest:
    """Write the clean rows of the job's mart; answers its manifest.

    Raises LoadRejected where the grain or a check is broken, or the SQL does not run.
    """
    mart = job.dataset.source.mart
    assert mart is not None  # noqa: S101 - asked by the caller
    asked = json.loads(objects.read(job.pinned))
    pinned = job.manifest.rsplit("/", 2)[0]
    with settings(spark):
        with steps.step("read inputs"):
            tables = {
                each.name: inputs.read(
                    spark, pinned, each, inputs.Parts.read(asked["inputs"][each.name])
                )
                for each in mart.inputs
            }
        with steps.step("find changes"):
            scope = _scope(job.dataset, mart, tables, asked, pinned)
        with steps.step("compute and write"):
            told = [] if scope.is_empty else _written(spark, job, mart, tables, scope)
        _check_grain(job.dataset, told)
        manifest = _manifest(job, told, scope)
        if manifest.verdict == "good":
            with steps.step("check"):
                _check(spark, job.dataset, mart, tables, manifest)
    return manifest


@contextmanager
def settings(spark: SparkSession) -> Iterator[None]:
    """What marts need of Spark, and as many parts of a shuffle as there are cores twice."""
    wanted = {**SETTINGS, "spark.sql.shuffle.partitions": str(2 * _cores(spark))}
    before = {name: spark.conf.get(name) for name in wanted}
    for name, value in wanted.items():
        spark.conf.set(name, value)
    try:
        yield
    finally:
        for name, kept in before.items():
            if kept is not None:
                spark.conf.set(name, kept)


def _cores(spark: SparkSession) -> int:
    return int(spark.sparkContext.defaultParallelism)


def _scope(
    dataset: Dataset, mart: Mart, tables: Tables, asked: Mapping[str, Any], pinned: str
) -> Scope:
    column = _partition_column(dataset, mart)
    if column is None:
        return Scope()
    previous = asked.get("previous")
    before = None
    if previous is not None and asked["recipe"] == dataset.recipe:
        before = Manifest.from_json(objects.read(f"{pinned}/{previous['load_id']}/manifest.json"))
    return changes.scope(mart, column, tables, asked, before)


def _partition_column(dataset: Dataset, mart: Mart) -> Column | None:
    return next((each for each in dataset.columns if each.name == mart.partition_by), None)


def _written(
    spark: SparkSession, job: Job, mart: Mart, tables: Tables, scope: Scope
) -> list[dict[str, Any]]:
    """Run the SQL and write what it answers; what each task has told."""
    column = _partition_column(job.dataset, mart)
    if column is not None and scope.values is not None:
        tables = {
            each.name: changes.within(tables[each.name], each, column, scope.values)
            for each in mart.inputs
        }
    with checks.named(tables), checks.refused(f"the SQL of {job.dataset.name}"):
        judged = results.judge(spark.sql(mart.sql), job.dataset)
        sorted_rows = _sorted(judged, job.dataset, _cores(spark), scope)
        writer = MartWriter(
            writing.writer_of(job.dataset, job.clean),
            job.rejected,
            job.dataset.key,
            mart.partition_by,
            1 + max((entry["block"] for entry in scope.kept), default=-1),
        )
        return [json.loads(row["told"]) for row in sorted_rows.mapInArrow(writer, TOLD).collect()]


def _sorted(judged: DataFrame, dataset: Dataset, cores: int, scope: Scope) -> DataFrame:
    """All rows of a key in one task, and those of a partition in as few as keep all cores busy."""
    key = [F.col(f"`{name}`") for name in dataset.key]
    place = [F.col(results.PARTITION)]
    partitions = None if scope.values is None else len(scope.values)
    mart = dataset.source.mart
    if mart is None or mart.partition_by is None:
        place = key
    elif partitions is not None and partitions < 2 * cores:
        place.append(F.pmod(F.hash(*key), F.lit(-(-2 * cores // partitions))))
    spread = judged.repartition(2 * cores, *place)
    return spread.sortWithinPartitions(F.col(results.PARTITION), *key)


def _check_grain(dataset: Dataset, told: list[dict[str, Any]]) -> None:
    doubled = sum(each["doubled"] for each in told)
    if doubled:
        shown = [example for each in told for example in each["examples"]][:EXAMPLES]
        keys = "; ".join(
            ", ".join(f"{name} = {value}" for name, value in example.items()) for example in shown
        )
        raise LoadRejected(
            f"{doubled:,} rows of {dataset.name} have the key of another row, as ({keys}) - "
            f"the grain is one row for each {', '.join(dataset.key)}; {REMEDY}"
        )


def _manifest(job: Job, told: list[dict[str, Any]], scope: Scope) -> Manifest:
    fresh = _partitions(told, job.load_id)
    _check_place(job.dataset, fresh, scope)
    partitions = sorted([*scope.kept, *fresh], key=lambda entry: str(entry["value"]))
    written = writing.summed(job.dataset, [_as_told(each) for each in told])
    kept = sum(entry["rows"] for entry in scope.kept)
    made = written.counts
    counts = Counts(made.read + kept, 0, made.good + kept, made.rejected, made.warned)
    reason = reason_to_reject(counts, job.dataset.load, written.failed, REMEDY)
    manifest = Manifest(
        job.load_id, job.dataset.name, job.attempt, "rejected" if reason else "good", counts, reason
    )
    manifest.hash_sum = str(sum(int(entry["hash_sum"]) for entry in partitions))
    manifest.files = [file for entry in partitions for file in entry["files"]]
    manifest.rejects = [Reject(**row).shortened() for each in told for row in each["rejects"]]
    manifest.rejects = manifest.rejects[:SAMPLE]
    manifest.warnings = written.warnings
    manifest.columns = [column.name for column in job.dataset.columns]
    manifest.partitions = partitions if job.dataset.source.mart.partition_by else []  # type: ignore[union-attr]
    manifest.inputs = scope.sums
    return manifest


def _as_told(told: dict[str, Any]) -> dict[str, Any]:
    """A task's answer as that of a file's part: its files are those of the partitions."""
    return {"counts": Counter(told["counts"]), "hash_sum": 0, "files": []}


def _partitions(told: list[dict[str, Any]], load_id: str) -> list[dict[str, Any]]:
    """The parts of the tasks, put together by partition."""
    found: dict[str, dict[str, Any]] = {}
    for part in (part for each in told for part in each["partitions"]):
        entry = found.setdefault(
            part["value"],
            {"value": part["value"], "files": [], "rows": 0, "hash_sum": "0", "block": 0},
        )
        entry["files"] += part["files"]
        entry["rows"] += part["rows"]
        entry["hash_sum"] = str(int(entry["hash_sum"]) + int(part["hash_sum"]))
        entry["block"] = max(entry["block"], part["block"])
        entry["load_id"] = load_id
    return list(found.values())


def _check_place(dataset: Dataset, fresh: list[dict[str, Any]], scope: Scope) -> None:
    """Rows for a partition that was not computed would be there beside the ones that are kept."""
    if scope.values is None:
        return
    strangers = sorted(entry["value"] for entry in fresh if entry["value"] not in scope.values)
    if strangers:
        raise LoadRejected(
            f"rows of {dataset.name} came out for the partition {strangers[0]}, of which no input "
            "row changed - correct source.partitions: they must say which partition each row of an "
            "input belongs to, or leave the input out"
        )


def _check(
    spark: SparkSession, dataset: Dataset, mart: Mart, tables: Tables, manifest: Manifest
) -> None:
    if not mart.checks:
        return
    broken = checks.broken(spark, mart, {**tables, "mart": _whole(spark, dataset, manifest)})
    if broken:
        rest = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise LoadRejected(
            f"the check {broken[0]!r} of {dataset.name} is not true{rest} - {REMEDY}"
        )


def _whole(spark: SparkSession, dataset: Dataset, manifest: Manifest) -> DataFrame:
    """The whole mart as it was written, the partitions that are kept with the others."""
    names = [f"`{column.name}`" for column in dataset.columns]
    if manifest.files:
        return spark.read.parquet(*manifest.files).select(*names)
    kinds = [f"{name} {spark_type(column)}"
             for name, column in zip(names, dataset.columns, strict=True)]  # fmt: skip
    return spark.createDataFrame([], ", ".join(kinds))
