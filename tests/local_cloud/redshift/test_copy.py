"""COPY loads what Redshift would load, and refuses what Redshift would refuse."""

from __future__ import annotations

import bz2
import decimal
import gzip
import json

import pyarrow as pa
import pytest

from local_cloud.redshift.errors import Failed
from tests.local_cloud.redshift.conftest import ROLE

AS = f"iam_role '{ROLE}'"


@pytest.fixture
def table(session):
    """A table with a column of each kind that a text file fills."""
    session.run(
        "create table t (n integer not null, s varchar(5), p numeric(6,2), d date, "
        "at timestamp, b boolean, f double precision)"
    )
    return session


def load(session, options, uri="s3://b/t", columns=""):
    return session.run(f"copy t {columns} from '{uri}' {AS} {options}")


def everything(session):
    return session.run("select * from t order by n").records


def failure(session, options="", **rest):
    with pytest.raises(Failed) as wrong:
        load(session, options, **rest)
    return str(wrong.value)


def errors(session):
    """What the last failed COPY has noted, in short."""
    return session.run(
        "select line_number, trim(column_name), error_code, trim(error_message) "
        "from sys_load_error_detail order by start_time, line_number"
    ).records


# Parquet: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html


def two(shelf, **columns):
    return shelf.parquet("s3://b/p/part-0.parquet", **columns)


def parquet_table(session, columns="n integer, s varchar(5)"):
    session.run(f"create table t ({columns})")


def test_parquet_fills_columns_by_position_and_keeps_empty_text_apart_from_null(session, shelf):
    parquet_table(session)
    two(shelf, x=pa.array([1, 2, 3], pa.int32()), y=["a", "", None])
    assert load(session, "format as parquet", "s3://b/p/").rows == 3
    assert everything(session) == [[1, "a"], [2, ""], [3, None]]


def test_every_type_of_parquet_arrives(session, shelf):
    parquet_table(
        session,
        "n bigint, i smallint, r real, f float8, p numeric(9,2), d date, at timestamp, b boolean",
    )
    two(
        shelf,
        n=pa.array([1]),
        i=pa.array([2], pa.int16()),
        r=pa.array([0.5], pa.float32()),
        f=[1e300],
        p=pa.array([decimal.Decimal("-1.25")], pa.decimal128(9, 2)),
        d=pa.array([0], pa.date32()),
        at=pa.array([1], pa.timestamp("us", tz="UTC")),
        b=[False],
    )
    load(session, "parquet", "s3://b/p/")
    assert everything(session) == [
        [1, 2, 0.5, 1e300, "-1.25", "1970-01-01", "1970-01-01 00:00:00.000001", False]
    ]


def test_another_number_of_columns_is_refused(session, shelf):
    parquet_table(session)
    two(shelf, x=pa.array([1], pa.int32()))
    told = failure(session, "parquet", uri="s3://b/p/")
    assert "Spectrum Scan Error" in told
    assert (
        "Unmatched number of columns between table and file. Table columns: 2, Data columns: 1"
        in told
    )


def test_fillrecord_makes_missing_columns_null(session, shelf):
    parquet_table(session)
    two(shelf, x=pa.array([1], pa.int32()))
    load(session, "parquet fillrecord", "s3://b/p/")
    assert everything(session) == [[1, None]]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("integer", pa.array([1], pa.int64())),
        ("bigint", pa.array([1], pa.int32())),
        ("varchar(5)", pa.array([1], pa.int32())),
        ("numeric(9,2)", pa.array([decimal.Decimal("1.5")], pa.decimal128(9, 1))),
        ("numeric(9,2)", pa.array([1.5])),
        ("timestamptz", pa.array([1], pa.timestamp("us", tz="UTC"))),
        ("time", pa.array([1], pa.time64("us"))),
        ("date", pa.array(["2026-01-01"])),
    ],
)
def test_a_type_that_is_not_the_column_s_is_refused(session, shelf, column, values):
    parquet_table(session, f"n {column}")
    two(shelf, x=values)
    assert "incompatible Parquet schema for column" in failure(session, "parquet", uri="s3://b/p/")


def test_text_is_measured_in_bytes_and_the_note_says_where(session, shelf):
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    parquet_table(session)
    two(shelf, x=pa.array([1, 2], pa.int32()), y=["abcde", "ééé"])
    told = failure(session, "parquet", uri="s3://b/p/")
    assert (
        "The length of the data column s is longer than the length defined in the table. " in told
    )
    assert "Table: 5, Data: 6" in told
    assert everything(session) == []
    assert [row[:3] for row in errors(session)] == [[2, "s", 1204]]


@pytest.mark.parametrize("option", ["maxerror 5", "gzip", "delimiter ','", "dateformat 'auto'"])
def test_an_option_that_does_not_go_with_parquet_is_refused(session, shelf, option):
    parquet_table(session)
    told = failure(session, f"parquet {option}")
    assert (
        told
        == f"ERROR: {option.split()[0].upper()} argument is not supported for PARQUET based COPY"
    )


def test_a_null_for_a_required_column_is_refused(session, shelf):
    parquet_table(session, "n integer not null")
    two(shelf, x=pa.array([None], pa.int32()))
    assert failure(session, "parquet", uri="s3://b/p/") == (
        "ERROR: Cannot insert a NULL value into column n"
    )


# Manifests: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html


def test_a_manifest_loads_what_it_names_and_nothing_else(session, shelf):
    parquet_table(session)
    for part, number in (("part-0", 1), ("part-1", 2), ("stranger", 3)):
        shelf.parquet(f"s3://b/p/{part}", x=pa.array([number], pa.int32()), y=["a"])
    shelf.manifest("s3://b/m", "s3://b/p/part-0", "s3://b/p/part-1")
    assert load(session, "parquet manifest", "s3://b/m").rows == 2
    assert [row[0] for row in everything(session)] == [1, 2]


def test_a_manifest_of_parquet_without_lengths_is_refused(session, shelf):
    # seen: https://github.com/awslabs/aws-lambda-redshift-loader/pull/221
    parquet_table(session)
    file = two(shelf, x=pa.array([1], pa.int32()), y=["a"])
    shelf.write("s3://b/m", json.dumps({"entries": [{"url": file}]}).encode())
    told = failure(session, "parquet manifest", uri="s3://b/m")
    assert "error:  File entry does not have 'meta' key.\n  code:      15003" in told


def test_a_manifest_of_text_needs_no_lengths(table, shelf):
    shelf.write("s3://b/t", b"1|a|1|2026-01-01|2026-01-01 00:00:00|t|1\n")
    shelf.write("s3://b/m", json.dumps({"entries": [{"url": "s3://b/t"}]}).encode())
    assert load(table, "manifest", "s3://b/m").rows == 1


def test_a_mandatory_file_that_is_missing_fails_and_another_is_left_out(table, shelf):
    shelf.write("s3://b/t", b"1|a|1|2026-01-01|2026-01-01 00:00:00|t|1\n")
    gone = {"url": "s3://b/gone"}
    entries = [{"url": "s3://b/t"}, gone]
    shelf.write("s3://b/m", json.dumps({"entries": entries}).encode())
    assert load(table, "manifest", "s3://b/m").rows == 1
    shelf.write("s3://b/m", json.dumps({"entries": [{**gone, "mandatory": True}]}).encode())
    assert "NoSuchKey" in failure(table, "manifest", uri="s3://b/m")
    shelf.write("s3://b/m", json.dumps({"entries": [gone]}).encode())
    assert "does not exist" in failure(table, "manifest", uri="s3://b/m")


def test_a_prefix_without_files_and_a_missing_manifest_are_refused(table):
    assert failure(table) == "ERROR: The specified S3 prefix 't' does not exist"
    assert "Problem reading manifest file" in failure(table, "manifest")


# Text: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html

LINE = "1|a|1.50|2026-01-02|2026-01-02 03:04:05|true|0.5\n"
ROW = [1, "a", "1.50", "2026-01-02", "2026-01-02 03:04:05", True, 0.5]


def test_text_is_delimited_by_bars_unless_told(table, shelf):
    shelf.write("s3://b/t", LINE.encode())
    load(table, "")
    assert everything(table) == [ROW]


def test_csv_has_quotes_headers_and_empty_fields(table, shelf):
    text = 'n,s,p,d,at,b,f\n1,"a,""b",,,,,\n2,,"7",2026-01-02,,f,\n'
    shelf.write("s3://b/t", text.encode())
    load(table, "csv ignoreheader 1")
    assert everything(table) == [
        [1, 'a,"b', None, None, None, None, None],
        [2, "", "7.00", "2026-01-02", None, False, None],
    ]


def test_a_line_break_in_a_quoted_field_keeps_the_count_of_lines(table, shelf):
    shelf.write("s3://b/t", b'1,"a\nb",,,,,\nx,,,,,,\n')
    failure(table, "csv")
    assert errors(table) == [[3, "n", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer"]]


@pytest.mark.parametrize(("option", "pack"), [("gzip", gzip.compress), ("bzip2", bz2.compress)])
def test_packed_files_are_unpacked(table, shelf, option, pack):
    shelf.write("s3://b/t", pack(LINE.encode()))
    load(table, option)
    assert everything(table) == [ROW]


def test_a_file_that_is_not_packed_as_told_is_refused(table, shelf):
    shelf.write("s3://b/t", LINE.encode())
    assert "is not gzip" in failure(table, "gzip")


@pytest.mark.parametrize(
    ("text", "options", "row"),
    [
        ("1|a\\|b", "escape", [1, "a|b"]),
        ('1|"a|b"', "removequotes", [1, "a|b"]),
        ("1|\\N", "", [1, None]),
        ("1|NA", "null as 'NA'", [1, None]),
        ("1|", "", [1, ""]),
        ("1|", "emptyasnull", [1, None]),
        ("1|  ", "blanksasnull", [1, None]),
        ("1|a  ", "trimblanks", [1, "a"]),
        ("1|abcdefgh", "truncatecolumns", [1, "abcde"]),
        ("1|ééé", "truncatecolumns", [1, "éé"]),
        ("1\tb", r"delimiter '\t'", [1, "b"]),
        ("1", "fillrecord", [1, None]),
        ("\n1|a", "ignoreblanklines", [1, "a"]),
    ],
)
def test_conversion_parameters(session, shelf, text, options, row):
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
    parquet_table(session)
    shelf.write("s3://b/t", text.encode())
    load(session, options)
    assert everything(session) == [row]


@pytest.mark.parametrize(
    ("column", "text", "options", "value"),
    [
        ("date", "20260102", "dateformat 'auto'", "2026-01-02"),
        ("date", "02/01/2026", "dateformat 'DD/MM/YYYY'", "2026-01-02"),
        ("timestamp", "2026-01-02T03:04:05Z", "timeformat 'auto'", "2026-01-02 03:04:05"),
        ("timestamp", "0", "timeformat 'epochsecs'", "1970-01-01 00:00:00"),
        ("timestamp", "1500", "timeformat 'epochmillisecs'", "1970-01-01 00:00:01.5"),
        ("timestamptz", "2026-01-02 03:04:05+02", "", "2026-01-02 01:04:05+00"),
        ("date", "never", "acceptanydate", None),
        ("numeric(4,1)", "1.26", "", "1.2"),
        ("numeric(4,1)", "1.26", "roundec", "1.3"),
    ],
)
def test_dates_and_numbers_as_told(session, shelf, column, text, options, value):
    # https://docs.aws.amazon.com/redshift/latest/dg/r_DATEFORMAT_and_TIMEFORMAT_strings.html
    session.run("set timezone to utc")
    parquet_table(session, f"n {column}")
    shelf.write("s3://b/t", text.encode())
    load(session, options)
    assert everything(session) == [[value]]


def test_invalid_utf_8_is_refused_unless_it_may_be_replaced(session, shelf):
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
    parquet_table(session)
    shelf.write("s3://b/t", b"1|a\xffb")
    failure(session)
    assert errors(session)[0][2] == 1220
    load(session, "acceptinvchars as '^'")
    assert everything(session) == [[1, "a^b"]]


# Errors: https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html


@pytest.mark.parametrize(
    ("line", "column", "code", "told"),
    [
        ("1|abcdef|||||", "s", 1204, "String length exceeds DDL length"),
        ("x|a|||||", "n", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer"),
        ("|a|||||", "n", 1213, "Missing data for not-null field"),
        ("1|a", "f", 1214, "Delimiter not found"),
        ("1|a||||||", "f", 1202, "Extra column(s) found"),
        ("1|a||tomorrow|||", "d", 1205, "Invalid Date Format - length must be 10 or more"),
        ("1|a|||now||", "at", 1206, "Invalid timestamp format or value [YYYY-MM-DD HH:MI:SS]"),
        ("1|a||||perhaps|", "b", 1210, "Unknown boolean format"),
        ("1|a|99999|||||", "f", 1202, "Extra column(s) found"),
        ("1|a|99999||||", "p", 1209, "Overflow for NUMERIC(6,2)"),
    ],
)
def test_a_value_that_does_not_fit_is_noted_and_the_notes_outlive_the_rollback(
    table, shelf, line, column, code, told
):
    shelf.write("s3://b/t", (LINE + line).encode())
    table.run("begin")
    assert failure(table) == (
        "ERROR: Load into table 't' failed.  Check 'stl_load_errors' system table for details."
    )
    table.run("rollback")
    assert everything(table) == []
    assert errors(table) == [[2, column, code, told]]


def test_stl_load_errors_has_the_line_and_the_query(table, shelf):
    # https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
    shelf.write("s3://b/t", b"x|a|||||")
    failure(table)
    [row] = table.run(
        "select trim(filename), query, trim(type), trim(raw_line), trim(raw_field_value), "
        "trim(err_reason) from stl_load_errors"
    ).records
    assert row[0] == "s3://b/t"
    assert row[1] > 0
    assert row[2:5] == ["integer", "x|a|||||", "x"]


def test_maxerror_leaves_rows_out_and_one_more_fails(table, shelf):
    shelf.write("s3://b/t", (LINE + "x||||||\n" + "y||||||\n").encode())
    assert load(table, "maxerror 2").rows == 1
    assert [row[0] for row in errors(table)] == [2, 3]
    assert "failed" in failure(table, "maxerror 1")
    assert len(everything(table)) == 1


def test_the_last_copy_is_known_to_its_session(table, shelf):
    # https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_COUNT.html
    shelf.write("s3://b/t", LINE.encode())
    load(table, "")
    assert table.run("select pg_last_copy_count()").records == [[1]]
    [[status, loaded, query]] = table.run(
        "select status, loaded_rows, query_id from sys_load_history"
    ).records
    assert (status, loaded) == ("completed", 1)
    assert table.run("select pg_last_copy_id()").records == [[query]]


# JSON: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ('{"n": 1, "s": "a", "more": 2}\n{"s": null, "n": 2}', "'auto'"),
        ('{"N": 1, "S": "a"} {"N": 2}', "'auto ignorecase'"),
        ('[1, {"deep": ["a"]}]\n[2]', "'s3://b/paths'"),
    ],
)
def test_json_is_picked_by_name_or_by_path(session, shelf, text, how):
    parquet_table(session)
    shelf.write("s3://b/paths", b'{"jsonpaths": ["$[0]", "$[1][\'deep\'][0]"]}')
    shelf.write("s3://b/t", text.encode())
    load(session, f"format as json {how}")
    assert everything(session) == [[1, "a"], [2, None]]


def test_noshred_keeps_the_object_whole(session, shelf):
    parquet_table(session, "n super")
    shelf.write("s3://b/t", b'{"a": [1, "x"]}')
    load(session, "json 'noshred'")
    assert json.loads(everything(session)[0][0]) == {"a": [1, "x"]}


def test_broken_json_has_its_line(session, shelf):
    parquet_table(session)
    shelf.write("s3://b/t", b'{"n": 1}\n{"n": ')
    failure(session, "json 'auto'")
    assert [row[0] for row in errors(session)] == [2]


# The statement: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("copy t from 's3://b/t' csv", "Invalid credentials"),
        ("copy t from 's3://b/t' iam_role 'loader'", "Invalid credentials"),
        ("copy t from 's3://b/t' credentials 'aws_access_key_id=a'", "Invalid credentials"),
        (f"copy t from 's3://b/t' {AS} quickly", 'syntax error at or near "quickly"'),
        (f"copy t from 's3://b/t' {AS} csv escape", "CSV cannot be used with ESCAPE"),
        (f"copy t from 's3://b/t' {AS} csv removequotes", "CSV cannot be used with REMOVEQUOTES"),
        (f"copy t from 's3://b/t' {AS} json 'auto' delimiter ','", "JSON cannot be used with"),
        (f"copy t from 's3://b/t' {AS} gzip bzip2", "GZIP cannot be used with BZIP2"),
        (f"copy t from 's3://b/t' {AS} csv parquet", "CSV argument is not supported"),
        (f"copy t from 's3://b/t' {AS} csv csv", "conflicting or redundant options"),
        (f"copy t from 's3://b/t' {AS} maxerror 'many'", "MAXERROR value must be a number"),
        (f"copy t from 's3://b/t' {AS} maxerror 100001", "MAXERROR must be between"),
        (f"copy t from 's3://b/t' {AS} quote '''", 'syntax error at or near "\'"'),
        (f"copy t from 's3://b/t' {AS} orc", "does not do COPY with ORC"),
        (f"copy nowhere from 's3://b/t' {AS}", "Cannot COPY into nonexistent table nowhere"),
        (f"copy t (z) from 's3://b/t' {AS}", 'column "z" of relation "t" does not exist'),
        ("copy t from 's3://b/t'", "Invalid credentials"),
        (f"copy t from {AS}", "syntax error at or near"),
    ],
)
def test_a_statement_that_redshift_would_not_take_is_refused(table, statement, told):
    with pytest.raises(Failed) as wrong:
        table.run(statement)
    assert told in str(wrong.value)


@pytest.mark.parametrize(
    "authorization",
    [
        f"iam_role '{ROLE}'",
        "iam_role default",
        f"credentials 'aws_iam_role={ROLE}'",
        "with credentials as 'aws_access_key_id=a;aws_secret_access_key=b;token=c'",
        "access_key_id 'a' secret_access_key 'b'",
    ],
)
def test_each_form_of_authorization_is_taken(table, shelf, authorization):
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
    shelf.write("s3://b/t", LINE.encode())
    assert table.run(f"copy t from 's3://b/t' {authorization}").rows == 1


def test_a_role_that_the_cluster_does_not_have_is_refused(open_session, shelf):
    def refuse(role):
        raise Failed(f"not authorized to assume IAM Role {role}")

    session = open_session(assume=refuse)
    session.run("create table t (n integer)")
    shelf.write("s3://b/t", b"1")
    assert "not authorized to assume" in failure(session)


def test_a_column_list_leaves_others_to_their_defaults(session, shelf):
    parquet_table(session, "id integer identity(1,1), n integer, s varchar(5) default 'none'")
    shelf.write("s3://b/t", b"7\n8\n")
    load(session, "", columns="(n)")
    assert everything(session) == [[1, 7, "none"], [2, 8, "none"]]


def test_an_identity_column_is_filled_only_with_explicit_ids(session, shelf):
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-column-mapping.html
    parquet_table(session, "id integer identity(1,1), n integer")
    shelf.write("s3://b/t", b"5|7\n")
    assert "failed" in failure(session)
    assert "EXPLICIT_IDS must be specified" in failure(session, columns="(id, n)")
    load(session, "explicit_ids")
    assert everything(session) == [[5, 7]]


def test_noload_reads_and_loads_nothing(table, shelf):
    shelf.write("s3://b/t", LINE.encode())
    load(table, "noload")
    assert everything(table) == []


def test_a_cancelled_copy_ends_between_batches(open_session, shelf):
    session = open_session(is_cancelled=lambda: True)
    session.run("create table t (n integer)")
    shelf.write("s3://b/t", b"1")
    assert "cancelled" in failure(session)
