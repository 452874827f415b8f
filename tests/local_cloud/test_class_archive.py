"""Jobs start with Spark's classes mapped from a file that the cloud made while nothing ran."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest

from tests.local_cloud.making import job, run, until
from tests.local_cloud.test_glue_jobs import SLEEP, begin, printed

SPARK = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
maps = open(f"/proc/{spark.sparkContext._gateway.proc.pid}/maps").read()
print(spark.range(5).count(), ".jsa" in maps.replace("classes.jsa", ""))
"""
# A JVM with the options that the job's Spark would have: what they are, what it says to them.
JVM = """
import os, shlex, subprocess
file = shlex.split(os.environ["PYSPARK_SUBMIT_ARGS"])[1]
(line,) = [line for line in open(file) if line.startswith("spark.driver.extraJavaOptions")]
options = shlex.split(line)[1:]
ran = subprocess.run(["java", *options, "-version"], capture_output=True, text=True, check=True)
print(any("SharedArchiveFile" in option for option in options))
print(ran.stdout + ran.stderr.lower())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_job_uses_the_archive_and_is_right_and_erasing_the_state_leaves_it(start, cache):
    cloud = start("--cache", str(cache))  # another cloud may have made it, and is gone since
    until(lambda: list(cache.glob("*.jsa")), seconds=600)  # training is polite
    done = run(cloud, job(cloud, SPARK))
    assert printed(cloud, done["Id"]) == ["5 True"]
    assert "[cds" not in "".join(printed(cloud, done["Id"], "error"))
    until(lambda: not list((cloud.state / "work").glob("training-*")))


def test_without_a_cache_jobs_run_and_nothing_is_trained(cloud):
    done = run(cloud, job(cloud, JVM))
    assert printed(cloud, done["Id"])[0] == "False"
    time.sleep(3)  # training begins when nothing has run for a second
    assert not list((cloud.state / "work").glob("training-*"))


def test_an_archive_that_does_not_fit_is_passed_over_in_silence(start, tmp_path):
    cloud = start("--cache", str(tmp_path))
    (mark,) = until(lambda: [path.stem for path in tmp_path.glob("*.lock")])
    archive_of_another_class_path(tmp_path / f"{mark}.jsa")
    done = run(cloud, job(cloud, JVM))
    used, *said = printed(cloud, done["Id"])
    assert used == "True"
    assert "version" in said[0]
    assert "archive" not in "".join(said)


def archive_of_another_class_path(file):
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    (jar,) = (Path(pyspark.__file__).parent / "jars").glob("spark-launcher_*.jar")
    dump = [java, f"-XX:ArchiveClassesAtExit={file}", "-cp", jar, "org.apache.spark.launcher.Main"]
    subprocess.run(dump, capture_output=True)
    if not file.exists():  # Java from pip has no archive of its own to build upon
        file.write_bytes(b"not an archive" * 1000)


def test_training_makes_way_for_a_job(start, tmp_path):
    cloud = start("--cache", str(tmp_path))
    training = until(lambda: list((cloud.state / "work").glob("training-*")))
    begin(cloud, job(cloud, SLEEP))
    until(lambda: not training[0].exists())
    assert not list(tmp_path.glob("*.jsa"))
