"""Jobs start with Spark's classes mapped from a file that the cloud made while nothing ran."""

import sys

import pytest

from tests.local_cloud.making import job, run, until
from tests.local_cloud.test_glue_jobs import SLEEP, begin, printed

JOB = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
maps = open(f"/proc/{spark.sparkContext._gateway.proc.pid}/maps").read()
print(spark.range(5).count(), ".jsa" in maps.replace("classes.jsa", ""))
"""
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@only_linux
def test_a_job_uses_the_archive_and_is_right_and_erasing_the_state_leaves_it(start, tmp_path):
    cloud = start("--cache", str(tmp_path))
    until(lambda: list(tmp_path.glob("*.jsa")), seconds=240)
    done = run(cloud, job(cloud, JOB))
    assert printed(cloud, done["Id"]) == ["5 True"]
    assert "[cds" not in "".join(printed(cloud, done["Id"], "error"))
    assert not list((cloud.state / "work").glob("training-*"))


@only_linux
def test_without_a_cache_jobs_run_and_nothing_is_trained(cloud):
    done = run(cloud, job(cloud, JOB))
    assert printed(cloud, done["Id"]) == ["5 False"]


@only_linux
def test_an_archive_that_does_not_fit_is_passed_over_in_silence(start, tmp_path):
    cloud = start("--cache", str(tmp_path))
    (mark,) = until(lambda: [path.stem for path in tmp_path.glob("*.lock")])
    (tmp_path / f"{mark}.jsa").write_bytes(b"not an archive" * 1000)
    done = run(cloud, job(cloud, JOB))
    assert printed(cloud, done["Id"]) == ["5 False"]
    assert "shared archive" not in "".join(printed(cloud, done["Id"], "error"))


def test_training_makes_way_for_a_job(start, tmp_path):
    cloud = start("--cache", str(tmp_path))
    training = until(lambda: list((cloud.state / "work").glob("training-*")))
    begin(cloud, job(cloud, SLEEP))
    until(lambda: not training[0].exists())
    assert not list(tmp_path.glob("*.jsa"))
