"""A zip holds one data file and nothing that could harm; packed files stay within their limits."""

import gzip
import zipfile

import pytest

from stagecoach import packing
from stagecoach.sniff import pinned_name
from stagecoach.sniff.peek import RANGE
from tests.sniff.conftest import HEADER, ROW, orders, zipped

GOOD = HEADER + ROW
ZSTD = b"\x28\xb5\x2f\xfd"


def test_a_zip_is_judged_by_what_is_in_it(judge, refusal):
    facts = judge(zipped(("orders.csv", GOOD)), "orders.ZIP")
    assert (facts["compression"], facts["newline"], facts["rows"]) == ("zip", "lf", None)
    assert judge(zipped(("orders.csv", HEADER)), "orders.zip")["rows"] == 0
    assert "the header lacks" in refusal(zipped(("a.csv", b"id,name\n1,a\n")), "a.zip")
    assert "the zip file holds nothing" in refusal(zipped(("a.csv", b"")), "a.zip")


def test_what_macs_and_folders_add_is_no_data(judge):
    beside = [("out/", b""), ("__MACOSX/out/._a.csv", b"x"), (".DS_Store", b"x")]
    assert judge(zipped(*beside, ("out/a.csv", GOOD)), "a.zip")["header"]


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("a.csv", GOOD), ("b.csv", GOOD)], "holds 2 data files ('a.csv', 'b.csv') - wanted exac"),
        ([("out/", b"")], "holds 0 data files (none) - wanted exactly one"),
        ([("a.zip", zipped(("a.csv", GOOD)))], "holds another archive, 'a.zip' - wanted the data"),
        ([("a.csv", zipped(("a.csv", GOOD)))], "the file is a zip archive - wanted text"),
        ([("../a.csv", GOOD)], "'../a.csv' in the zip file leads out of it - wanted plain names"),
        ([("/etc/a.csv", GOOD)], "'/etc/a.csv' in the zip file leads out of it"),
        ([("..\\a.csv", GOOD)], "in the zip file leads out of it"),
        ([("C:a.csv", GOOD)], "'C:a.csv' in the zip file leads out of it"),
        ([(link(), b"/etc/passwd")], "'a.csv' in the zip file leads out of it"),
        ([("a.csv", b"0" * 10_000_000)], "the zip file grows more than 200 times - wanted ordinar"),
        ([("x" * 60_000, b"")] * 20, "has a directory of 1,200,920 bytes - wanted at most 1,04"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_is_refused(refusal, members, said):
    assert said in refusal(zipped(*members), "a.zip")


def test_an_encrypted_zip_is_refused(refusal):
    data = bytearray(zipped(("a.csv", GOOD)))
    for header, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(header) + flags] |= packing.ENCRYPTED
    assert "'a.csv' in the zip file is encrypted - wanted no password" in refusal(
        bytes(data), "a.zip"
    )


def test_a_zip_packed_in_a_rare_way_is_refused(refusal):
    info = zipfile.ZipInfo("a.csv")
    info.compress_type = zipfile.ZIP_BZIP2
    data = zipped((info, GOOD))
    assert "is packed by method 12 - wanted deflate" in refusal(data, "a.zip")


def test_a_zip_that_is_cut_short_or_changed_is_refused(refusal):
    data = zipped(("a.csv", GOOD))
    assert "it has no directory at its end" in refusal(data[:-30], "a.zip")
    at = data.index(b"a.csv") + 8
    bent = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    assert "the zip file is broken or ends early (" in refusal(bent, "a.zip")


def test_a_large_zip_is_read_at_its_ends_alone(judge):
    rows = b"".join(b"%d,%x,,,\n" % (number, number**9) for number in range(200_000))
    read, data = [], zipped(("a.csv", HEADER + rows))
    assert len(data) > 8 * RANGE
    from stagecoach.sniff import sniff

    def part(start: int, length: int) -> bytes:
        read.append(length)
        return data[start : start + length]

    assert sniff(orders(), "a.zip", len(data), part)["header"]
    assert sum(read) < 8 * RANGE


def test_more_than_the_largest_is_refused_whatever_the_ratio(refusal, monkeypatch):
    monkeypatch.setattr(packing, "LARGEST", 100)
    said = "file holds more than 100 bytes - wanted fewer; send it in parts"
    assert said in refusal(gzip.compress(GOOD + ROW), "a.csv.gz")
    assert said in refusal(zipped(("a.csv", GOOD + ROW)), "a.zip")


def test_zstd_is_known_by_its_beginning_alone(judge, refusal):
    assert judge(ZSTD + b"...", "a.csv.zst")["compression"] == "zstd"
    assert judge(b"\x50\x2a\x4d\x18" + ZSTD, "a.csv.zst")["compression"] == "zstd"
    assert "is named .zst but is gzip data - wanted zstd" in refusal(gzip.compress(GOOD), "a.zst")
    assert "the file is zstandard data - wanted text" in refusal(ZSTD + b"...", "a.csv")


def test_the_pinned_copy_keeps_what_it_is_packed_by():
    assert pinned_name(orders(), "orders/A.CSV.ZST") == "data.csv.zst"
    assert pinned_name(orders(), "orders/all.zip") == "data.csv.zip"
    assert pinned_name(orders("parquet"), "orders/a.parquet.gz") == "data.parquet"
