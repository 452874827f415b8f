"""C17: what is kept of a refused row is enough to mend it and have it judged again."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from stagecoach.dataset import Dataset
from stagecoach.errors import Permanent
from stagecoach.mend import MendedRow, as_file
from tests.frames.judge import Judge, Judged, column, dataset

COLUMNS = (column("id", "integer", null=False), column("name", "text"))


def kept(found: Judged) -> list[dict]:
    """What is in the rejected zone."""
    folder = Path(found.job.rejected.removeprefix("file://"))
    return [
        row for part in sorted(folder.glob("*.parquet")) for row in pq.read_table(part).to_pylist()
    ]


def again(judge: Judge, found: Judged, declared: Dataset, header: list[str], was: str, now: str):
    rows = [MendedRow(row["line"], row["raw"].replace(was, now)) for row in kept(found)]
    data = as_file(declared, {"load_id": "x", "facts": {"header": header}}, rows)
    return judge.text(data, declared, f"data.{declared.source.format}")


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize(
    ("csv", "text", "good"),
    [
        ({}, "name,id\na,1\nb,x\n", ("b", 2)),
        ({"delimiter": ";"}, 'name;id\r\n"a;b";x\r\n', ("a;b", 2)),
        (
            {"delimiter": "\t", "encoding": "latin-1"},
            "name\tid\né\tx\n".encode("latin-1"),
            ("é", 2),
        ),
        ({"encoding": "utf-16"}, "name,id\n漢,x\n".encode("utf-16"), ("漢", 2)),
        ({"multiline": True}, 'name,id\n"b\nc",x\n', ("b\nc", 2)),
        ({"header": False}, "x,b\n", ("b", 2)),
        (
            {"skip_lines": 2, "skip_footer": 1},
            "Report\n\nname,id\nb,x\nend of report\n",
            ("b", 2),
        ),
        ({"escape": "\\"}, 'name,id\n"b\\"c",x\n', ('b"c', 2)),
    ],
    ids=["plain", "semicolon", "latin-1", "utf-16", "multiline", "no header", "skipped", "escape"],
)
def test_a_mended_row_of_any_dialect_is_what_it_says(
    judge: Judge, csv: dict, text: str, good: tuple
):
    declared = dataset(*COLUMNS, csv=csv)
    found = judge.text(text, declared)
    assert [row["rule"] for row in kept(found)] == ["id is an integer"]
    mended = again(judge, found, declared, ["name", "id"], "x", "2")
    assert mended.refused is None
    assert [row[:2] for row in mended.rows] == [good[::-1]]


def test_lines_of_json_too(judge: Judge):
    declared = dataset(*COLUMNS, format="jsonl")
    found = judge.text('{"id": "x", "name": "b"}\n', declared, "data.jsonl")
    assert [row[:2] for row in again(judge, found, declared, [], '"x"', "2").rows] == [(2, "b")]


def test_a_row_that_is_wrong_still_is_refused_again_with_its_place_among_the_mended(judge: Judge):
    declared = dataset(*COLUMNS)
    found = judge.text("name,id\na,x\nb,y\n", declared)
    mended = again(judge, found, declared, ["name", "id"], "x", "1")
    assert mended.counts == (3, 1, 1, 1)
    assert mended.rejected == [(3, "id is an integer")]


def test_the_header_of_an_old_load_may_not_be_known():
    with pytest.raises(Permanent, match="was not noted - replay the whole load first"):
        as_file(dataset(*COLUMNS), {"load_id": "x", "facts": {}}, [MendedRow(2, "a,1")])
