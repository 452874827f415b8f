"""Refused rows go out as CSV, are mended by a person, and come back as what was meant."""

import io
from pathlib import Path

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto import mock_aws

from stagecoach.errors import Permanent
from workbench.quarantine import all_rejects, check_mended, read_mended, write_csv

LOAD = {"dataset": "runways", "load_id": "7f3a91c2-0000-0000-0000-000000000000"}


def reject(line: int, raw: str, rule: str = "id is a bigint", **told: str) -> dict:
    return {"line": line, "column": "id", "rule": rule, "found": "x", "wanted": "a number",
            "raw": raw, **told}  # fmt: skip


def exported(*rejects: dict) -> str:
    sink = io.StringIO()
    write_csv(rejects, sink)
    return sink.getvalue()


def mended(folder: Path, text: str) -> list[dict]:
    path = folder / "mended.csv"
    path.write_text(text, "utf-8")
    return read_mended(path)


def test_a_line_that_breaks_two_rules_is_one_row_to_mend():
    text = exported(reject(7, "x,-1"), reject(7, "x,-1", "length is positive", column="length"))
    assert text == (
        "line,column,rule,found,wanted,raw\n"
        '7,id | length,id is a bigint | length is positive,x | x,a number | a number,"x,-1"\n'
    )


@pytest.mark.parametrize(
    "raw",
    ["1,a", "-1,a", "=1+1,a", "'=1,a", "''-", "'quoted',1", '"a ""b""",1', "@x", "é,漢💩", "a\nb"],
)
def test_z3_what_a_spreadsheet_would_run_goes_out_as_text_and_comes_back_whole(
    tmp_path: Path, raw: str
):
    text = exported(reject(7, raw, found=raw))
    assert all(cell[:1] not in "=+-@" for cell in next(iter(_cells(text))))
    assert mended(tmp_path, text) == [{"line": 7, "raw": raw}]


def _cells(text: str) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def test_a_spreadsheet_may_have_written_it(tmp_path: Path):
    assert mended(tmp_path, '\ufeffline,raw,note\r\n7,"1,a",mine\r\n') == [
        {"line": 7, "raw": "1,a"}
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "mended.csv:1: found no column 'line' - wanted what `stagecoach rejects ID --all`"),
        ("line,text\n7,a\n", "mended.csv:1: found no column 'raw'"),
        ("line,raw\n7,a\nx,b\n", "mended.csv:3: found 'x' as line - wanted a number"),
        ("line,raw\n7,\n", "mended.csv:2: found no raw text - delete the row to leave it out"),
    ],
)
def test_a_file_of_something_else_is_named_with_its_line(tmp_path: Path, text: str, said: str):
    with pytest.raises(Permanent) as caught:
        mended(tmp_path, text)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(Permanent, match="there is no file"):
        read_mended(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("row", "kept", "said"),
    [
        ({"line": 8, "raw": "1,a"}, reject(7, "x,a"), "load 7f3a91c2 did not refuse line 8"),
        ({"line": 7, "raw": "a" * 10_000}, reject(7, "a" * 10_000), "up to its character 10,000"),
        ({"line": 7, "raw": "Jos\\xe9"}, reject(7, "Jos\\xe9", "the line is utf-8"), "no text"),
        (
            {"line": 7, "raw": "a\\x00"},
            reject(7, "a\\x00", "the line holds no NUL bytes"),
            "no text",
        ),
        ({"line": 7, "raw": "a" * 6_000_000}, reject(7, "x"), "in several files"),
    ],
)
def test_what_is_not_the_row_that_was_refused_is_not_sent(row: dict, kept: dict, said: str):
    """C4, C14: what is kept of undecodable bytes is never loaded as if it were the text."""
    with pytest.raises(Permanent, match=said):
        check_mended([row], [kept], LOAD["load_id"])


def test_an_unchanged_row_may_go_again():
    """After its declaration was mended."""
    check_mended([{"line": 7, "raw": "x,a"}], [reject(7, "x,a")], LOAD["load_id"])


class Bucket:
    """The account of `Account`, as far as the quarantine asks it."""

    def bucket(self, zone: str) -> str:
        return f"stagecoach-{zone}"

    def client(self, service: str) -> object:
        return boto3.client(service, "us-east-1")


@mock_aws
def test_all_of_a_load_are_read_in_the_order_of_their_lines(monkeypatch: pytest.MonkeyPatch):
    """C16: however many there are, and nothing of another load."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="stagecoach-rejected")
    parts = {"part-00001-000.parquet": range(300, 500), "part-00000-000.parquet": range(2, 300)}
    for load_id in (LOAD["load_id"], "other"):
        prefix = f"runways/_load_id={load_id}/"
        s3.put_object(Bucket="stagecoach-rejected", Key=prefix + "_SUCCESS", Body=b"")
        for name, lines in parts.items():
            sink = io.BytesIO()
            pq.write_table(pa.Table.from_pylist([reject(line, "x") for line in lines]), sink)
            s3.put_object(Bucket="stagecoach-rejected", Key=prefix + name, Body=sink.getvalue())
    found = all_rejects(Bucket(), LOAD)
    assert [each["line"] for each in found] == list(range(2, 500))
    assert found[0] == reject(2, "x")
