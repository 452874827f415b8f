"""However a file is cut, its lines come whole, once and with their numbers."""

import re
from pathlib import Path

import pytest

from stagecoach.frames.files import blocks, splits
from stagecoach.frames.files.splits import LineEnds, cut, how_many

TEXT = b"a\r\n\r\nb\rc\n\n\r\r\nlast"
LINES = [b"a", b"", b"b", b"c", b"", b"", b"", b"last"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "data.csv"
    path.write_bytes(TEXT)
    return f"file://{path}"


@pytest.fixture(params=range(1, len(TEXT)))
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is read in pieces is read in pieces of this many bytes."""
    monkeypatch.setattr(splits, "BLOCK", request.param)
    monkeypatch.setattr(splits, "LOOK", request.param)
    monkeypatch.setattr(blocks, "CHUNK", request.param)


@pytest.mark.parametrize("count", range(1, len(TEXT) + 3))
@pytest.mark.usefixtures("small")
def test_the_splits_hold_every_line_once(file: str, count: int) -> None:
    found, before = [], 0
    for split in cut(file, len(TEXT), count):
        assert before == len(found)
        for block in blocks.read(file, split.start, split.end, "utf-8", spans=False):
            found += block.removesuffix(b"\n").split(b"\n")
        before += LineEnds(file, split.start, split.end).count()
    assert found == LINES


def test_line_ends_are_counted_to_any_byte(file: str) -> None:
    ends = [match.end() for match in re.finditer(rb"\r\n|\r|\n", TEXT)]
    for stop in range(len(TEXT) + 1):
        assert LineEnds(file, 0, stop).count() == len([end for end in ends if end <= stop])


def test_a_file_of_one_long_line_is_one_split(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"x" * 200_000)
    assert len(cut(f"file://{path}", 200_000, 5)) == 1


@pytest.mark.parametrize(
    ("megabytes", "cores", "count"),
    [(0, 8, 1), (7, 8, 1), (9, 8, 2), (100, 8, 8), (1100, 8, 16), (610, 2, 6)],
)
def test_no_core_idles_in_the_last_round(megabytes: int, cores: int, count: int) -> None:
    assert how_many(megabytes * 2**20, cores) == count
