"""What is judged a block at a time is judged as line by line."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stagecoach.dataset import Csv
from stagecoach.frames.files.blocks import Block
from stagecoach.frames.files.delimited import Dialect
from stagecoach.frames.files.judging import Plan
from stagecoach.frames.files.lines import Records
from stagecoach.frames.files.quotes import are_legal
from stagecoach.frames.rows.batches import Field
from tests.frames.judge import column, dataset

PIECES = [
    "1",
    "-7",
    "x",
    " ",
    "\t",
    ",",
    ",",
    ";",
    "\n",
    "\n",
    "\\",
    "'",
    "NULL",
    "é",
    "\x1a",
    "漢",
]
BYTES = [*(piece.encode() for piece in PIECES), b"\0", b"\xe9"]
DATA = st.lists(st.sampled_from(BYTES), min_size=1, max_size=60).map(b"".join)
COLUMNS = (column("id", "integer", null=False), column("name", "varchar(3)"), column("n", "text"))


def plan(width: int, places: list[int], encoding: str = "utf-8", **csv: object) -> Plan:
    fields = zip(COLUMNS, places, strict=False)
    return Plan(
        "file:///data.csv", "csv", Csv(header=False, encoding=encoding, **csv),
        tuple(Field.of(column, place, dataset(*COLUMNS)) for column, place in fields), width,
    )  # fmt: skip


PLANS = [
    plan(2, [0, 1]),
    plan(3, [2, 0, 1], nulls=("", "NULL")),
    plan(3, [1], nulls=()),
    plan(2, [0, 1], "latin-1", delimiter=";"),
]


@settings(max_examples=500)
@given(DATA, st.sampled_from(PLANS), st.integers(2, 10**12))
def test_a_block_is_judged_like_its_lines(data: bytes, judging: Plan, first: int) -> None:
    block = Block(first, data)
    quick = judging._quickly(block)
    if quick is not None:
        assert quick.to_pylist() == judging._judge(Records.of(block)).to_pylist()


@pytest.mark.parametrize("judging", PLANS)
def test_ordinary_blocks_are_judged_quickly(judging: Plan) -> None:
    text = judging.csv.delimiter.join(['"1"'] * judging.width) + "\nx\n \n"
    quick = judging._quickly(Block(2, text.encode()))
    assert isinstance(quick, pa.RecordBatch)
    assert quick["_kind"].to_pylist() == [0, 1, 2]


@given(st.lists(st.sampled_from([*'"",;\nax', '""', '","']), max_size=30).map("".join))
def test_quotes_are_legal_where_the_pattern_of_a_record_says_so(text: str) -> None:
    csv = Csv()
    pattern = re.compile(Dialect(csv, 1).record.replace("$", r"\Z"))
    wanted = all(pattern.match(line) for line in text.split("\n"))
    assert are_legal(text.encode(), csv.quote, csv.delimiter) == wanted
