"""Parquet files: columns that come typed, held to the declaration as strictly as text is."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused
from stagecoach.frames.judging import Plan


def records(spark: SparkSession, dataset: Dataset, uri: str) -> tuple[DataFrame, Plan]:
    """Not yet."""
    raise FileRefused("parquet files cannot be read yet")
