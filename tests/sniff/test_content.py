"""What a file is: its kind, its compression, its encoding, its lines."""

import gzip
import random

import pytest

from stagecoach.sniff.peek import LINE_MOST, RANGE
from tests.sniff.conftest import HEADER, ROW, orders

GOOD = HEADER + ROW


def test_a_good_file_gives_its_facts(judge):
    facts = judge(GOOD)
    assert facts["header"] == HEADER.decode().strip().split(",")
    assert (facts["size"], facts["newline"], facts["bom"], facts["reordered"]) == (
        91,
        "lf",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PAR1", "a Parquet file"),
        (b"ORC\x08", "an ORC file"),
        (b"Obj\x01\x02", "an Avro file"),
        (b"\x28\xb5\x2f\xfd", "zstandard data"),
        (b"PK\x03\x04....[Content_Types].xml", "an Excel workbook"),
        (b"PK\x03\x04\x14\x00orders.csv", "a zip archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "an HTML page that says 'Sign in'"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML document"),
    ],
)
def test_what_is_no_text_is_named_whatever_its_name_says(refusal, start, what):
    assert f"the file is {what} - wanted text" in refusal(start + b"\0" * 20)
    assert f"the file is {what} - wanted text" in refusal(gzip.compress(start), "a.csv.gz")


def test_a_header_that_begins_like_a_binary_is_text(refusal):
    assert "the header lacks" in refusal(b"ORCID,name\n1,a\n")


def test_json_under_a_csv_name_is_named(refusal):
    assert "the file is JSON" in refusal(b'{"message": "Internal error", "code": 500}')


@pytest.mark.parametrize("name", ["a.7z", "a.csv.lz4", "A.CSV.BZ2"])
def test_a_compression_that_is_not_read_is_said_to_be_so(refusal, name):
    assert "which is not read - wanted it plain or as .gz, .zip or .zst" in refusal(GOOD, name)


def test_gzip_is_read_from_its_beginning_alone(judge):
    rows = b"".join(b"%d,%x,,,\n" % (number, random.getrandbits(64)) for number in range(200_000))
    packed = gzip.compress(HEADER + rows)
    assert len(packed) > 4 * RANGE
    assert judge(packed, "a.CSV.GZ")["compression"] == "gzip"


def test_gzip_that_is_broken_or_goes_on_with_rubbish_is_refused(refusal):
    packed = gzip.compress(GOOD)
    broken = packed[:20] + bytes([packed[20] ^ 0xFF]) + packed[21:]
    assert "the gzip file is broken (" in refusal(broken, "a.csv.gz")
    assert "has 7 bytes behind its end" in refusal(packed + b"rubbish", "a.csv.gz")
    assert "the gzip file holds nothing" in refusal(gzip.compress(b""), "a.csv.gz")


def test_gzip_within_gzip_is_refused(refusal):
    assert "the file is gzip data" in refusal(gzip.compress(gzip.compress(GOOD)), "a.csv.gz")


def test_a_small_file_may_shrink_as_much_as_it_likes(judge):
    assert judge(gzip.compress(HEADER + ROW * 10_000), "a.csv.gz")["rows"] is None


def test_utf16_without_its_mark_is_known_by_its_zeros(refusal):
    assert "the file is in utf-16" in refusal(GOOD.decode().encode("utf-16-le"))


def test_utf16_is_read_when_it_is_declared(judge, refusal):
    declared = orders(encoding="utf-16")
    assert judge(GOOD.decode().encode("utf-16"), dataset=declared)["encoding"] == "utf-16"
    assert "the file is plain ASCII - wanted utf-16" in refusal(GOOD, dataset=declared)
    unmarked = GOOD.decode().encode("utf-16-le")
    assert "the file has no byte order mark" in refusal(unmarked, dataset=declared)
    assert judge(unmarked, dataset=orders(encoding="utf-16-le"))["newline"] == "lf"


def test_a_declared_encoding_is_read(judge):
    text = GOOD.replace(b"Ann", "José".encode("cp1252"))
    assert judge(text, dataset=orders(encoding="cp1252"))["encoding"] == "cp1252"


def test_utf8_that_is_declared_as_something_else_would_be_garbled(refusal):
    text = GOOD.replace(b"Ann", "José".encode())
    assert "the file is in utf-8 - wanted cp1252" in refusal(
        text, dataset=orders(encoding="cp1252")
    )
    assert "mark of utf-8" in refusal(b"\xef\xbb\xbf" + GOOD, dataset=orders(encoding="cp1252"))


@pytest.mark.parametrize("shift", range(15))
def test_a_range_may_end_and_begin_within_a_character(judge, shift):
    row = "1,日本語,,,\n".encode()
    assert judge(HEADER + row * 10_000 + b"\n" * shift)["newline"] == "lf"


def test_a_range_that_begins_within_a_character_of_shift_jis_is_no_mistake(judge):
    rows = "1,日本語,,,\n".encode("shift_jis") * 20_000
    for shift in range(2):
        judge(HEADER + rows + b"\n" * shift, dataset=orders(encoding="shift_jis"))


def test_a_bad_byte_at_the_far_end_is_found_and_counted_from_the_start(refusal):
    rows = ROW * 20_000
    assert f"byte {len(HEADER) + len(rows)} (0xff) is not utf-8" in refusal(
        HEADER + rows + b"\xff,\n"
    )


def test_a_line_that_never_ends_is_refused(refusal):
    said = refusal(HEADER + b"1," + b"x" * (LINE_MOST + RANGE))
    assert "line 2 is longer than 1,048,576 bytes" in said


def test_a_header_longer_than_the_first_range_is_read_whole(judge):
    names = b",".join(b"column_%d" % number for number in range(9_000))
    facts = judge(
        HEADER.strip() + b"," + names + b"\n" + b"1\n" * 9, dataset=orders(drift="evolve")
    )
    assert len(facts["extra"]) == 9_000


def test_a_single_zero_byte_is_left_to_the_row(judge):
    assert judge(HEADER + ROW.replace(b"Ann", b"A\0n") * 100)["encoding"] == "utf-8"


def test_only_empty_lines_are_as_good_as_empty(refusal):
    assert "the file has only empty lines" in refusal(b"\r\n\r\n")


def test_lines_that_end_with_cr_alone_do_not_go_with_multiline(refusal):
    said = refusal(GOOD.replace(b"\n", b"\r"), dataset=orders(multiline=True))
    assert "lines end with CR alone - wanted LF or CRLF" in said


def test_only_a_few_ranges_of_a_big_file_are_read():
    from stagecoach.sniff import sniff

    size, asked = 5 * 2**30, []

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        return (HEADER + ROW * (length // len(ROW) + 1))[:length]

    sniff(orders(), "a.csv", size, read)
    assert sum(asked) < 3 * RANGE
