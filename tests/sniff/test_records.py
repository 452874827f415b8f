"""JSON lines and Parquet, and the names of pinned copies."""

import gzip
import json

import pytest

from stagecoach.sniff import pinned_name
from tests.sniff.conftest import HEADER, ROW, orders, zipped

LINE = json.dumps({"order_id": 1, "customer": "Ann"}).encode() + b"\n"
PARQUET = b"PAR1" + b"\x15" * 100 + (80).to_bytes(4, "little") + b"PAR1"


def test_json_lines_are_objects(judge):
    facts = judge(LINE * 3, "a.jsonl", orders("jsonl"))
    assert (facts["format"], facts["header"]) == ("jsonl", ["order_id", "customer"])
    assert judge(gzip.compress(LINE), "a.jsonl.gz", orders("jsonl"))["compression"] == "gzip"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'[{"order_id": 1}]\n', "the first line is a JSON array - wanted one JSON object"),
        (b'[\n{"order_id": 1}\n]\n', "the first line is a JSON array over many lines"),
        (b"1\n", "the first line is a JSON value"),
        (b"order_id,customer\n1,Ann\n", "the first line is no JSON ("),
        (b'{"faa": "JFK"}\n', "the first object has 'faa' - wanted 'order_id', 'customer'"),
        (b"\n\n", "the file has only empty lines"),
        (PARQUET, "the file is a Parquet file - wanted text"),
    ],
)
def test_what_is_no_json_lines_is_refused(refusal, data, said):
    assert said in refusal(data, "a.jsonl", orders("jsonl"))


def test_parquet_has_its_mark_at_both_ends(judge):
    assert judge(PARQUET, "a.parquet", orders("parquet"))["format"] == "parquet"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"order_id,customer\n", "the file is no Parquet, it begins with b'order_id,custome'"),
        (b"<html><h1>Gone</h1>", "the file is an HTML page that says 'Gone' - wanted Parquet"),
        (PARQUET[:-1], "the Parquet file ends after 111 bytes without its footer"),
        (b"PAR1", "the Parquet file ends after 4 bytes without its footer"),
        (
            b"PAR1" + (9999).to_bytes(4, "little") + b"PAR1",
            "a footer of 9999 bytes in a file of 12",
        ),
        (gzip.compress(PARQUET, mtime=0), "the file is gzip data - wanted Parquet"),
    ],
)
def test_what_is_no_parquet_is_refused(refusal, data, said):
    assert said in refusal(data, "a.parquet", orders("parquet"))


def test_parquet_is_not_compressed_once_more(refusal):
    said = refusal(PARQUET, "a.parquet.gz", orders("parquet"))
    assert "the file is named .gz - wanted plain parquet" in said


@pytest.mark.parametrize(
    ("format", "key", "name"),
    [
        ("csv", "orders/2026/a b.csv", "data.csv"),
        ("csv", "orders/ORDERS.TXT", "data.csv"),
        ("csv", "orders/_a:1.CSV.GZ", "data.csv.gz"),
        ("jsonl", "orders/a.ndjson", "data.jsonl"),
        ("parquet", "orders/a.parquet", "data.parquet"),
    ],
)
def test_a_pinned_copy_has_a_plain_name(format, key, name):
    assert pinned_name(orders(format), key) == name


DOCUMENT = b'[{"order_id": 1, "amount": 1.10}]'


def test_a_document_gives_the_keys_of_its_first_record(judge):
    assert judge(DOCUMENT, "a.json", orders("json"))["header"] == ["order_id", "amount"]
    inner = b'{"data": {"rows": %s}, "next": null}' % DOCUMENT
    facts = judge(inner, "a.json", orders("json", path="data.rows"))
    assert facts["header"] == ["order_id", "amount"]
    assert judge(b"[]", "a.json", orders("json"))["rows"] == 0
    assert judge(gzip.compress(DOCUMENT), "a.json.gz", orders("json"))["compression"] == "gzip"


def test_a_long_document_is_judged_by_what_is_seen(judge):
    long = b'[{"order_id": "%s"}]' % (b"x" * 3_000_000)
    assert "header" not in judge(long, "a.json", orders("json"))
    many = b"[%s]" % b",".join([DOCUMENT[1:-1]] * 100_000)
    assert judge(many, "a.json", orders("json"))["header"] == ["order_id", "amount"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"rows": []}', "the document is an object - wanted an array of objects; declare source"),
        (b"[[1, 2]]", "the first record is '[1, 2]' - wanted an array of objects"),
        (b'[{"message": "no"}]', "the first object has 'message' - wanted 'order_id'"),
        (DOCUMENT[:-9], "the JSON document ends early"),
        (b"<html>", "the file is an HTML page"),
        (HEADER + ROW, "is no array - wanted an array of objects"),
    ],
)
def test_a_document_that_is_refused(refusal, data, said):
    assert said in refusal(data, "a.json", orders("json"))


def test_a_workbook_is_one_by_its_directory(judge, refusal):
    xlsx = orders("xlsx")
    assert judge(zipped(("xl/workbook.xml", b"<workbook/>")), "a.xlsx", xlsx)["format"] == "xlsx"
    for data, said in (
        (zipped(("a.csv", LINE)), "is a zip archive without xl/workbook.xml - wanted an Excel"),
        (HEADER, "the file is no Excel workbook, it begins with b'order_id' - wanted .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls), or one with a pa"),
        (zipped(("xl/workbook.xml", b"0" * 10_000_000)), "the xlsx file grows more than 200 times"),
    ):
        assert said in refusal(data, "a.xlsx", xlsx)
    assert "wanted plain xlsx, which is compressed inside" in refusal(HEADER, "a.xlsx.gz", xlsx)
