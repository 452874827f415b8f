"""The Spark session of a job, and how long the JVM took to start."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyspark.sql import SparkSession

# What the jobs rely on, wherever they run.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.speculation": "false",
    # What is shuffled is one row per split of a file, and a hundred rejected rows.
    "spark.sql.shuffle.partitions": "2",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.sql.sources.commitProtocolClass": (
        "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol"
    ),
}
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Session:
    """The Spark of a job, started when something first asks for it: small loads do without."""

    start: Callable[[], SparkSession]

    @cached_property
    def spark(self) -> SparkSession:
        """The session."""
        return self.start()


def start(name: str, jar: Path | None = None) -> tuple[SparkSession, float]:
    """A session with the jobs' settings, `jar` on its class path, and the seconds it took."""
    began = time.monotonic()
    # The workers must run the interpreter that has our packages; Glue says so by itself.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name)
    for key, value in {**SETTINGS, **LOCAL}.items():
        builder = builder.config(key, value)
    if jar is not None:
        builder = builder.config("spark.driver.extraClassPath", str(jar))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session, time.monotonic() - began
