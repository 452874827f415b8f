"""What a query finds by the catalogue alone, and which files it reads for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto import mock_aws
from pyspark.sql import SparkSession

from stagecoach import aws
from stagecoach.current import writing
from stagecoach.current.tables import Table
from stagecoach.dataset import Column
from tests.sql.worlds import dataset
from workbench.queries import local, reading

DATABASE = "stagecoach_test"
COLUMNS = (("id", "bigint", ""), ("surface", "string", ""))
WEEK = (("week", "int", ""),)
CLEAN = "s3://clean/runways/"


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        aws.glue.cache_clear()
        client = boto3.client("glue")
        client.create_database(DatabaseInput={"Name": DATABASE})
        yield client
    aws.glue.cache_clear()


def parquet(folder: Path, *rows: tuple[int, str]) -> str:
    """A file with rows, and columns that no table has; answers its name."""
    folder.mkdir(parents=True)
    columns = {"surface": [row[1] for row in rows], "id": [row[0] for row in rows], "week": [9]}
    columns["week"] *= len(rows)
    pq.write_table(pa.table(columns), folder / "part-0.parquet")
    return str(folder / "part-0.parquet")


def ask(spark: SparkSession, glue: Any, root: Path, text: str) -> tuple[list, list[str]]:
    """The rows that a query answers, and the folders of the files that it reads."""
    file = root / "q.sql"
    file.write_text(f"-- description: asked\n{text}")
    columns = (*dataset().columns, Column("week", "integer"))
    query = reading.read(file, {"runways": dataset(columns=columns)})
    answer = local.over(spark, glue, DATABASE, root, query)
    return list(answer.rows), [Path(each).parent.name for each in answer.files]


def test_a_query_for_a_week_reads_the_files_of_that_week(spark, glue, tmp_path):
    parts = []
    for week in (1, 2, 3):
        parquet(tmp_path / f"clean/runways/{week}", (week, "tar"), (week * 10, "ice"))
        parts.append(((str(week),), f"{CLEAN}{week}/"))
    writing.write(DATABASE, Table("runways_current", "", COLUMNS, CLEAN, (), WEEK, tuple(parts)))
    text = "select id, week from runways_current where id / 7 = 2 order by id"
    assert ask(spark, glue, tmp_path, text) == ([(20, 2)], ["1", "2", "3"])
    text = "select id, week from runways_current where week = 2 order by id"
    assert ask(spark, glue, tmp_path, text) == ([(2, 2), (20, 2)], ["2"])


def test_a_table_of_several_folders_is_what_its_list_names(spark, glue, tmp_path):
    files = []
    for number, folder in enumerate(("whole", "mended", "other"), 1):
        parquet(tmp_path / "clean/runways" / folder, (number, folder))
        files.append(f"{CLEAN}{folder}/part-0.parquet")
    listed = tmp_path / "clean/_current/runways/1/files"
    boto3.client("s3").create_bucket(Bucket="clean")
    where = "s3://clean/_current/runways/1/"
    writing.write(DATABASE, Table("runways_current", "", COLUMNS, where, tuple(files[:2])))
    key = "_current/runways/1/files"
    listed.parent.mkdir(parents=True)
    listed.write_bytes(boto3.client("s3").get_object(Bucket="clean", Key=key)["Body"].read())
    text = "select id, surface from runways_current order by id"
    found = ask(spark, glue, tmp_path, text)
    assert found == ([(1, "whole"), (2, "mended")], ["mended", "whole"])


def test_a_file_without_rows_is_an_empty_table(spark, glue, tmp_path):
    where = f"{CLEAN}_load_id=1/"
    writing.write(DATABASE, Table("runways_current", "", COLUMNS, where))
    rows, _ = ask(spark, glue, tmp_path, "select count(*) as runways from runways_current")
    assert rows == [(0,)]
