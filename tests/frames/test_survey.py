"""Line ends are counted alike however a file is cut into ranges."""

import re
from pathlib import Path

import pytest

from stagecoach.frames import survey
from stagecoach.frames.survey import LineEnds

TEXT = b"a\r\n\r\nb\rc\n\n\r\r\nlast"


@pytest.mark.parametrize("cut", range(len(TEXT) + 1))
def test_the_ends_of_two_ranges_are_the_ends_of_the_whole(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(TEXT)
    ends = [match.end() for match in re.finditer(rb"\r\n|\r|\n", TEXT)]
    before = LineEnds(f"file://{path}", 0, cut).count()
    after = LineEnds(f"file://{path}", cut, len(TEXT)).count()
    assert before == len([end for end in ends if end <= cut])
    assert before + after == len(ends) == 7


def test_blocks_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(TEXT)
    for size in range(1, len(TEXT)):
        monkeypatch.setattr(survey, "BLOCK", size)
        assert LineEnds(f"file://{path}", 0, len(TEXT)).count() == 7
