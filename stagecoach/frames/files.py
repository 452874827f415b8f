"""Small files and folders where the data is, through the file system that Spark itself uses."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession


def _path(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    jvm: Any = spark.sparkContext._jvm
    context: Any = spark.sparkContext
    path = jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(context._jsc.hadoopConfiguration()), path


def read_text(spark: SparkSession, uri: str) -> str:
    """The text of a UTF-8 file."""
    jvm: Any = spark.sparkContext._jvm
    system, path = _path(spark, uri)
    stream = system.open(path)
    try:
        return str(jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
    finally:
        stream.close()


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


def listing(spark: SparkSession, uri: str, suffix: str) -> list[str]:
    """The URIs of the files right in a folder that end with `suffix`, sorted."""
    system, path = _path(spark, uri)
    if not system.exists(path):
        return []
    names = [str(status.getPath().getName()) for status in system.listStatus(path)]
    return [f"{uri.rstrip('/')}/{name}" for name in sorted(names) if name.endswith(suffix)]
