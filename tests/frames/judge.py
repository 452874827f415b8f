"""Put a file through `transform` and look at what came out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pyspark.sql import SparkSession

from stagecoach.dataset import (
    Column,
    Csv,
    Dataset,
    Json,
    Limit,
    Load,
    PostgresTarget,
    Rule,
    Source,
    Xlsx,
)
from stagecoach.errors import Permanent
from stagecoach.frames.job import Job, Zones
from stagecoach.frames.rows.lookups import Rows
from stagecoach.frames.session import Session
from stagecoach.frames.steps import Steps
from stagecoach.frames.transform import transform
from stagecoach.manifest import Manifest

NUMBERS = itertools.count()


def column(name: str, type_: str, *, null: bool = True, **more: str) -> Column:
    """A column of the file, nullable unless told otherwise."""
    return Column(name, type_, None if "derive" in more else more.pop("source", name), null, **more)


def dataset(*columns: Column, **more: object) -> Dataset:
    """A declaration; `csv`, `json`, `xlsx`, `format`, `max_rejects` are put where they belong."""
    csv, json = Csv(**more.pop("csv", {})), Json(**more.pop("json", {}))
    xlsx = Xlsx(**more.pop("xlsx", {}))
    load = Load("append", max_rejects=more.pop("max_rejects", Limit()))
    source = Source("things/", more.pop("format", "csv"), csv, json, xlsx)
    rules = tuple(Rule(*rule) for rule in more.pop("rules", ()))
    target = PostgresTarget("aviation", "things")
    return Dataset("things", "", source, columns, load, target, rules=rules, **more)


@dataclass
class Judged:
    """The outcome: the manifest, and the reason it was refused for."""

    spark: SparkSession
    job: Job
    manifest: Manifest
    refused: str | None

    @cached_property
    def rows(self) -> list[tuple]:
        """The good rows as Python values, in the file's order."""
        if not self.manifest.files:
            return []
        frame = self.spark.read.parquet(*self.manifest.files).orderBy("_row_no").drop("_row_hash")
        return [tuple(row) for row in frame.collect()]

    @property
    def rejected(self) -> list[tuple]:
        """Line and rule of each broken rule."""
        return [(reject.line, reject.rule) for reject in self.manifest.rejects]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """read, header, good, rejected; the equation is checked on the way."""
        counts = self.manifest.counts
        assert counts.holds
        return counts.read, counts.header, counts.good, counts.rejected


@dataclass
class Judge:
    """Runs `transform` on files below a folder."""

    spark: SparkSession
    folder: Path

    @property
    def session(self) -> Session:
        """One that has started."""
        return Session(lambda: self.spark)

    def text(
        self,
        text: str | bytes,
        declared: Dataset,
        name: str = "data.csv",
        lookups: tuple[Rows, ...] = (),
    ) -> Judged:
        """Judge a file with this content."""
        path = self.folder / str(next(NUMBERS)) / name
        path.parent.mkdir()
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return self.file(path, declared, lookups=lookups)

    def file(
        self,
        path: Path,
        declared: Dataset,
        load_id: str | None = None,
        lookups: tuple[Rows, ...] = (),
    ) -> Judged:
        """Judge a file."""
        job = self.job(path, declared, load_id or f"load-{next(NUMBERS)}")
        job = replace(job, lookups=lookups)
        refused = None
        try:
            transform(self.session, job, Steps(job.named))
        except Permanent as error:
            refused = str(error)
        manifest = Manifest.from_json(Path(job.manifest.removeprefix("file://")).read_text("utf-8"))
        return Judged(self.spark, job, manifest, refused)

    def job(self, path: Path, declared: Dataset, load_id: str, attempt: int = 1) -> Job:
        """The job for a file."""
        zone = f"file://{self.folder}"
        zones = Zones(f"{zone}/pinned", f"{zone}/clean", f"{zone}/rejected")
        return Job.under(declared, load_id, attempt, f"file://{path}", zones)
