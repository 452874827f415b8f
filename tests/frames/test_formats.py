"""Every way in which a file may be written, and what of it is refused."""

import gzip

import pyarrow as pa
import pytest

from stagecoach import packing
from stagecoach.frames import blocks
from tests.frames.judge import Judge, column, dataset
from tests.sniff.conftest import zipped

ID, NAME = column("id", "integer", null=False), column("name", "text")
ROWS = "".join(f"{number},name of {number}\n" for number in range(1, 1001))
TEXT = f"id,name\n{ROWS}".encode()


def zstd(data: bytes) -> bytes:
    return pa.compress(data, "zstd", asbytes=True)


def in_zip(data: bytes) -> bytes:
    return zipped(("things.csv", data))


PACKED = [("data.csv.gz", gzip.compress), ("data.csv.zst", zstd), ("data.csv.zip", in_zip)]


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_packed_file_is_judged_as_the_plain_one(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, name: str, pack
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 700)
    plain, packed = (judge.text(text, dataset(ID, NAME), at) for text, at in (
        (TEXT, "data.csv"), (pack(TEXT), name))
    )  # fmt: skip
    assert packed.counts == (1001, 1, 1000, 0)
    assert packed.manifest.hash_sum == plain.manifest.hash_sum


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_packed_file_that_is_cut_short_leaves_nothing(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(TEXT)[:-30], dataset(ID, NAME), name)
    assert "broken or ends early" in str(found.refused)
    assert found.manifest.files == []


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_bomb_is_refused_wherever_it_begins_to_grow(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(TEXT + b"0" * 20_000_000), dataset(ID, NAME), name)
    assert "grows more than 200 times - wanted ordinary text" in str(found.refused)


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_file_that_holds_too_much_is_refused(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, name: str, pack
) -> None:
    monkeypatch.setattr(packing, "LARGEST", 10_000)
    found = judge.text(pack(TEXT), dataset(ID, NAME), name)
    assert "holds more than 10,000 bytes - wanted fewer" in str(found.refused)


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_an_archive_in_an_archive_is_refused(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(gzip.compress(TEXT)), dataset(ID, NAME), name)
    assert "file holds gzip data - wanted text, packed once" in str(found.refused)


def test_frames_of_zstd_follow_each_other(judge: Judge) -> None:
    found = judge.text(zstd(TEXT) + zstd(b"2000,last\n"), dataset(ID, NAME), "data.csv.zst")
    assert found.counts == (1002, 1, 1001, 0)
