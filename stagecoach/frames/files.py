"""Small files and folders where the data is, through the file system that Spark itself uses."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession


def _path(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    jvm: Any = spark.sparkContext._jvm
    context: Any = spark.sparkContext
    path = jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(context._jsc.hadoopConfiguration()), path


def write_text(spark: SparkSession, uri: str, text: str) -> None:
    """Write a UTF-8 file, over one that may be there."""
    system, path = _path(spark, uri)
    stream = system.create(path, True)
    try:
        stream.write(bytearray(text.encode()))
    finally:
        stream.close()


def remove(spark: SparkSession, uri: str) -> None:
    """Remove a folder and what is in it; one that is not there is removed already."""
    system, path = _path(spark, uri)
    system.delete(path, True)
