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


def first_line(spark: SparkSession, uri: str, ends: bytes | None) -> bytes | None:
    """The first line of a file, decompressed as Spark would; None when there is none.

    `ends` is what ends a line: LF, CRLF and CR when it is None.
    """
    jvm: Any = spark.sparkContext._jvm
    context: Any = spark.sparkContext
    system, path = _path(spark, uri)
    hadoop = jvm.org.apache.hadoop
    codec = hadoop.io.compress.CompressionCodecFactory(context._jsc.hadoopConfiguration()).getCodec(
        path
    )
    stream = system.open(path)
    try:
        plain = stream if codec is None else codec.createInputStream(stream)
        given = () if ends is None else (bytearray(ends),)
        line = hadoop.io.Text()
        read = hadoop.util.LineReader(plain, *given).readLine(line)
        return bytes(line.copyBytes()) if read else None
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
