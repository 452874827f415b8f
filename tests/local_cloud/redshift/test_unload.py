"""UNLOAD writes what Redshift would write: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"""

from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_cloud.redshift.errors import Failed
from tests.local_cloud.redshift.conftest import ROLE


@pytest.fixture
def table(session):
    session.run("create table t (n integer, s varchar(9), p numeric(6,2), at timestamp, b boolean)")
    session.run(
        "insert into t values (1, 'a|\"b', 1.5, '2026-01-02 03:04:05', true), "
        "(2, null, null, null, null)"
    )
    return session


def unload(session, options="", query="select * from t order by n", to="s3://b/out/"):
    quoted = query.replace("'", "''")
    return session.run(f"unload ('{quoted}') to '{to}' iam_role '{ROLE}' {options}")


def refusal(session, options="", **rest):
    with pytest.raises(Failed) as wrong:
        unload(session, options, **rest)
    return str(wrong.value)


def test_text_is_delimited_by_bars(table, shelf):
    assert unload(table).rows == 2
    assert shelf.content == {
        "s3://b/out/0000_part_00": b'1|a|"b|1.50|2026-01-02 03:04:05|t\n2||||\n'
    }


def test_escapes_quotes_nulls_and_headers_as_told(table, shelf):
    query = "select n, s from t order by n"
    unload(table, "escape null as 'NONE' header delimiter ','", query)
    assert shelf.content["s3://b/out/0000_part_00"] == b'n,s\n1,a|\\"b\n2,NONE\n'
    unload(table, "addquotes allowoverwrite", query)
    assert shelf.content["s3://b/out/0000_part_00"] == b'"1"|"a|""b"\n"2"|\n'


def test_csv_quotes_what_needs_it(table, shelf):
    unload(table, "csv header gzip")
    assert gzip.decompress(shelf.content["s3://b/out/0000_part_00.gz"]).decode() == (
        'n,s,p,at,b\n1,"a|""b",1.50,2026-01-02 03:04:05,t\n2,,,,\n'
    )


def test_json_has_a_line_for_each_row(table, shelf):
    unload(table, "format json")
    lines = shelf.content["s3://b/out/0000_part_00"].decode().splitlines()
    assert json.loads(lines[0]) == {
        "n": 1,
        "s": 'a|"b',
        "p": 1.5,
        "at": "2026-01-02 03:04:05",
        "b": True,
    }


def test_parquet_has_the_types_of_the_query(table, shelf):
    unload(table, "format as parquet")
    found = pq.read_table(io.BytesIO(shelf.content["s3://b/out/0000_part_00.parquet"]))
    assert found.schema.types == [
        pa.int32(),
        pa.string(),
        pa.decimal128(6, 2),
        pa.timestamp("us"),
        pa.bool_(),
    ]
    assert found.to_pylist()[1] == {"n": 2} | dict.fromkeys(["s", "p", "at", "b"])


def test_partitions_are_folders_and_leave_the_file_unless_included(table, shelf):
    unload(table, "parquet partition by (n)")
    assert list(shelf.content) == [
        "s3://b/out/n=1/0000_part_00.parquet",
        "s3://b/out/n=2/0000_part_00.parquet",
    ]
    content = shelf.content["s3://b/out/n=1/0000_part_00.parquet"]
    assert pq.read_schema(io.BytesIO(content)).names == ["s", "p", "at", "b"]
    unload(table, "csv header partition by (s) include", "select n, s from t", "s3://b/two/")
    assert shelf.content["s3://b/two/s=__HIVE_DEFAULT_PARTITION__/0000_part_00"] == b"n,s\n2,\n"


def test_a_manifest_names_the_files_with_their_lengths(table, shelf):
    unload(table, "parquet manifest verbose")
    told = json.loads(shelf.content["s3://b/out/manifest"])
    [entry] = told["entries"]
    content = shelf.content["s3://b/out/0000_part_00.parquet"]
    assert entry["url"] == "s3://b/out/0000_part_00.parquet"
    assert entry["meta"] == {"content_length": len(content), "record_count": 2}
    assert [each["name"] for each in told["schema"]["elements"]][:2] == ["n", "s"]


def test_what_was_unloaded_can_be_copied_by_its_manifest(table):
    unload(table, "parquet manifest")
    table.run("create table u (like t)")
    table.run(f"copy u from 's3://b/out/manifest' iam_role '{ROLE}' parquet manifest")
    assert table.run("select * from u order by n").records == (
        table.run("select * from t order by n").records
    )


def test_a_destination_that_is_not_empty_is_refused_unless_told(table, shelf):
    shelf.write("s3://b/out/old", b"")
    assert "Specified unload destination on S3 is not empty." in refusal(table)
    unload(table, "allowoverwrite")
    assert "s3://b/out/old" in shelf.content
    unload(table, "cleanpath")
    assert "s3://b/out/old" not in shelf.content


def test_without_parallel_there_is_one_file(table, shelf):
    unload(table, "parallel off maxfilesize 100 mb")
    assert list(shelf.content) == ["s3://b/out/000"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("parquet header", "PARQUET cannot be used with HEADER"),
        ("parquet gzip", "PARQUET cannot be used with GZIP"),
        ("json delimiter ','", "JSON cannot be used with DELIMITER"),
        ("csv escape", "CSV cannot be used with ESCAPE"),
        ("cleanpath allowoverwrite", "CLEANPATH cannot be used with ALLOWOVERWRITE"),
        ("maxfilesize 1 mb", "MAXFILESIZE must be between"),
        ("maxfilesize 7 gb", "MAXFILESIZE must be between"),
        ("partition by (z)", "PARTITION BY is not in the query"),
        ("fast", 'syntax error at or near "fast"'),
    ],
)
def test_an_option_that_redshift_would_not_take_is_refused(table, options, told):
    assert told in refusal(table, options)


def test_a_limit_is_taken_only_in_an_inner_query(table):
    assert "Limit clause is not supported" in refusal(table, query="select n from t limit 1")
    assert unload(table, query="select n from (select n from t limit 1) as q").rows == 1


def test_a_query_that_fails_writes_nothing(table, shelf):
    assert "does not exist" in refusal(table, query="select * from nowhere")
    assert shelf.content == {}
