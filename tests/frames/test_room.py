"""What Redshift has no room for is rejected before anything is copied; without it, it is not."""

import json
from pathlib import Path

import pytest

from stagecoach.dataset import RedshiftTarget
from tests.frames.judge import Judge, column, dataset
from tests.frames.test_bad_files import LONG, ORDERS

pytestmark = pytest.mark.usefixtures("each_way")

ID, *REST = ORDERS
PUBLISHED = {"redshift": RedshiftTarget("aviation", "things")}
HANDMADE = Path("bad_files") / "handmade"
NARROW = column("customer", "varchar(40)", bytes=40)
TEXT = column("customer", "text")


def rule(room: int, name: str = "customer") -> str:
    return f"{name} has at most {room} bytes in Redshift"


# File, the column, and the rule it breaks with and without a target in Redshift.
FATES = [
    ("58_varchar_overflow_chars.csv", ORDERS[1], LONG, LONG),
    ("58_varchar_overflow_chars.csv", TEXT, None, None),
    ("59_varchar_overflow_bytes.csv", ORDERS[1], None, None),
    ("59_varchar_overflow_bytes.csv", NARROW, rule(40), None),
    ("60_four_byte_emoji.csv", ORDERS[1], None, None),
    ("60_four_byte_emoji.csv", column("customer", "text", bytes=3), rule(3), None),
    ("65_long_field_70000.csv", ORDERS[1], LONG, LONG),
    ("65_long_field_70000.csv", TEXT, rule(65535), None),
]


@pytest.mark.parametrize("published", [True, False], ids=["redshift", "postgres alone"])
@pytest.mark.parametrize(("name", "customer", "there", "here"), FATES)
def test_postgresql_counts_characters_and_redshift_bytes(
    judge: Judge, data: Path, name: str, customer, there, here, published: bool
) -> None:
    """C14"""
    declared = dataset(ID, customer, *REST[1:], **(PUBLISHED if published else {}))
    found = judge.file(data / HANDMADE / name, declared)
    broken = there if published else here
    assert found.rejected == ([(2, broken)] if broken else [])
    assert found.counts[2:] == ((0, 1) if broken else (1, 0))


def test_as_many_bytes_as_there_is_room_for_are_not_too_many(judge: Judge) -> None:
    declared = dataset(ID, column("note", "varchar(20)", bytes=20), **PUBLISHED)
    found = judge.text(f"order_id,note\n1,{'é' * 10}\n2,{'é' * 10}e\n3,\n", declared)
    assert [row[:2] for row in found.rows] == [(1, "é" * 10), (3, None)]
    assert found.rejected == [(3, rule(20, "note"))]


def test_the_reject_says_what_was_found_and_wanted(judge: Judge) -> None:
    found = judge.text("order_id,note\n1,é漢\n", dataset(ID, NOTE, **PUBLISHED))
    (reject,) = found.manifest.rejects
    assert (reject.column, reject.found) == ("note", "é漢")
    assert (reject.wanted, reject.raw) == ("at most 4 bytes in Redshift", "1,é漢")


NOTE = column("note", "varchar(4)", bytes=4)
DERIVED = [
    column("derived", "varchar(9)", derive="note", bytes=9),
    column("derived", "text", derive="note", bytes=9),
    column("derived", "text", derive="concat(note, '!')", bytes=9),
    column("derived", "json", derive="concat('\"', repeat('x', length(note) * 20000), '\"')"),
]


@pytest.mark.parametrize("derived", DERIVED, ids=lambda each: f"{each.type} {each.derive}")
def test_what_is_derived_has_no_more_room_than_what_came(judge: Judge, derived) -> None:
    declared = dataset(ID, column("note", "text"), derived, **PUBLISHED)
    found = judge.text("order_id,note\n1,ééé\n2,ééééé\n\n3,\n", declared)
    assert found.rejected == [(3, rule(derived.room, "derived"))]
    assert [row[0] for row in found.rows] == [1, 3]


def test_json_has_the_room_of_a_text(judge: Judge) -> None:
    declared = dataset(ID, column("details", "json"), format="jsonl", **PUBLISHED)
    texts = [json.dumps(["x" * size]) for size in (65531, 65532)]
    lines = [f'{{"order_id": 1, "details": {text}}}' for text in texts]
    found = judge.text("\n".join(lines), declared, "data.jsonl")
    assert found.rejected == [(2, rule(65535, "details"))]


def test_a_column_that_only_the_file_has_counts_too(judge: Judge) -> None:
    text = f"order_id,coupon\n1,{'x' * 65535}\n2,{'x' * 65536}\n"
    found = judge.text(text, dataset(ID, drift="evolve", **PUBLISHED))
    assert found.rejected == [(3, rule(65535, "coupon"))]
    assert judge.text(text, dataset(ID, drift="evolve")).rejected == []


def test_a_uuid_always_fits(judge: Judge) -> None:
    declared = dataset(ID, column("tag", "uuid"), **PUBLISHED)
    found = judge.text("order_id,tag\n1,0C5E4F2A-9B1D-4a4e-8f00-aabbccddeeff\n", declared)
    assert found.rows[0][1] == "0c5e4f2a-9b1d-4a4e-8f00-aabbccddeeff"
