"""What one pass over a file makes of it: rows, rejects, the manifest and the verdict."""

import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.dataset import Limit, Size
from stagecoach.frames.files import splits
from stagecoach.frames.rows.faults import NAMED_PER_ROW, Faults
from tests.frames.judge import Judge, column, dataset

pytestmark = pytest.mark.usefixtures("each_way")

PEOPLE = (column("id", "integer", null=False), column("name", "text"))
SPECTRUM = [
    "comma_in_quotes",
    "empty",
    "empty_crlf",
    "escaped_quotes",
    "json",
    "newlines",
    "newlines_crlf",
    "quotes_and_newlines",
    "simple",
    "simple_crlf",
    "utf8",
]


@pytest.mark.parametrize("name", SPECTRUM)
def test_a_legal_csv_equals_its_json(judge: Judge, data: Path, name: str) -> None:
    """C6"""
    folder = data / "bad_files" / "csv-spectrum"
    wanted = json.loads((folder / "json" / f"{name}.json").read_text("utf-8"))
    if isinstance(wanted, dict):  # the answer to is one object
        wanted = [wanted]
    names = list(wanted[0])
    columns = [column(f"c{place}", "text", source=name) for place, name in enumerate(names)]
    declared = dataset(*columns, csv={"nulls": (), "multiline": True})
    found = judge.file(folder / "csvs" / f"{name}.csv", declared)
    assert found.refused is None
    assert [dict(zip(names, row[:-1], strict=True)) for row in found.rows] == wanted


def test_the_one_csv_of_the_spectrum_that_rfc_4180_forbids_is_rejected(
    judge: Judge, data: Path
) -> None:
    """C7"""
    file = data / "bad_files" / "csv-spectrum" / "csvs" / "location_coordinates.csv"
    names = ("Contact Phone Number", "Location Coordinates", "Cities", "Counties")
    columns = [column(f"c{place}", "text", source=name) for place, name in enumerate(names)]
    rejected = judge.file(file, dataset(*columns)).rejected
    assert rejected == [(2, "quotes stand around whole fields and are doubled within")]


def test_reordered_columns_load_by_name(judge: Judge) -> None:
    """S4"""
    assert judge.text("name,id\nAnn,1\n", dataset(*PEOPLE)).rows == [(1, "Ann", 2)]


def test_without_a_header_columns_come_in_order(judge: Judge) -> None:
    found = judge.text("1,Ann\n2,Bob\n", dataset(*PEOPLE, csv={"header": False}))
    assert (found.rows, found.counts) == ([(1, "Ann", 1), (2, "Bob", 2)], (2, 0, 2, 0))


def test_a_row_may_break_two_rules_and_names_both(judge: Judge) -> None:
    declared = dataset(*PEOPLE, column("born", "date"))
    found = judge.text("id,name,born\nx,Ann,1.1.2000\n", declared)
    assert found.rejected == [(2, "id is an integer"), (2, "born is a date")]
    assert found.counts == (2, 1, 0, 1)


def test_a_reject_says_what_was_found_and_wanted(judge: Judge) -> None:
    reject = judge.text("id,name\nabc,Ann\n", dataset(*PEOPLE)).manifest.rejects[0]
    assert (reject.column, reject.found, reject.wanted, reject.raw) == (
        "id", "abc", "an integer", "abc,Ann",
    )  # fmt: skip


def test_a_rule_rejects_warns_or_fails(judge: Judge) -> None:
    text = "id,name\n1,Ann\n-2,Bob\n3,\n"
    for action, counts, refused in (
        ("reject", (4, 1, 2, 1), False), ("warn", (4, 1, 3, 0), False), ("fail", (4, 1, 2, 1), True)
    ):  # fmt: skip
        found = judge.text(text, dataset(*PEOPLE, rules=[("id is positive", "id > 0", action)]))
        assert found.counts == counts
        assert ("'id is positive'" in (found.refused or "")) is refused
        assert found.manifest.warnings == ({"id is positive": 1} if action == "warn" else {})


def test_a_condition_that_is_null_is_not_broken(judge: Judge) -> None:
    rule = ("name is not Bob", "name <> 'Bob'", "reject")
    found = judge.text("id,name\n1,\n2,Bob\n", dataset(*PEOPLE, rules=[rule]))
    assert found.rejected == [(3, "name is not Bob")]
    assert found.manifest.rejects[0].raw == "2,Bob"


def test_derived_columns_are_computed_and_held_to_their_type(judge: Judge) -> None:
    half = column("half", "numeric(5,1)", derive="id / 3.0")
    small = column("small", "smallint", null=False, derive="id * 1000")
    found = judge.text("id,name\n1,Ann\n99,Bob\n", dataset(*PEOPLE, half, small))
    assert [str(value) for value in found.rows[0]] == ["1", "Ann", "0.3", "1000", "2"]
    assert found.rejected == [(3, "small is a smallint")]


@pytest.mark.parametrize(
    ("limit", "refused"),
    [
        (Limit(), False),
        (Limit(share=0.5), False),
        (Limit(share=0.49), True),
        (Limit(count=0), True),
    ],
)
def test_more_rejects_than_allowed_refuse_the_file(
    judge: Judge, limit: Limit, refused: bool
) -> None:
    """C16"""
    found = judge.text("id,name\n1,Ann\nx,Bob\n", dataset(*PEOPLE, max_rejects=limit))
    assert ((found.refused is not None), found.manifest.verdict == "rejected") == (refused, refused)
    assert bool(found.manifest.files) is not refused
    assert Path(found.job.clean.removeprefix("file://")).exists() is not refused


def test_counts_hash_and_line_numbers_do_not_depend_on_the_splits(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{number if number % 7 else 'x'},name {number}" for number in range(3000)]
    text = "id,name\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    found = []
    for size in (11_111, 17_777, 1_000_000):
        monkeypatch.setattr(splits, "MOST", size)
        found.append(judge.text(text, dataset(*PEOPLE)))
    assert found[0].rows == found[1].rows == found[2].rows
    assert len({each.manifest.hash_sum for each in found}) == 1
    assert {each.counts for each in found} == {(3002, 2, 2571, 429)}
    assert found[0].rows[0] == (1, "name 1", 3)
    assert len(found[0].manifest.files) > len(found[2].manifest.files) == 1


def test_an_attempt_writes_over_the_one_before(judge: Judge) -> None:
    path = judge.folder / "data.csv"
    path.write_text("id,name\n1,Ann\nx,Bob\n")
    first = judge.file(path, dataset(*PEOPLE), "load")
    assert first.rows == [(1, "Ann", 2)]
    second = judge.file(path, dataset(*PEOPLE), "load")
    assert second.rows == first.rows
    assert judge.spark.read.parquet(first.job.rejected).count() == 1


def test_json_lines_keep_numbers_as_written_but_within_json(judge: Judge) -> None:
    columns = (*PEOPLE, column("price", "numeric(6,2)"), column("more", "json"))
    text = '{"id": 1, "name": "A", "price": 1.10, "more": {"x": 1.10, "y": [true, null]}}\n'
    text += '{"id": 1.5}\n'
    text += '{"id": 2, "id": 3}\n[1]\n{"id": 4, "nose": 1}\nnot json\n\n{"id": 5}\n'
    found = judge.text(text, dataset(*columns, format="jsonl"), "data.jsonl")
    assert [str(value) for value in found.rows[0]] == [
        "1", "A", "1.10", '{"x": 1.1, "y": [true, null]}', "1",
    ]  # fmt: skip
    assert [line for line, _ in found.rejected] == [2, 3, 4, 5, 6]
    assert found.counts == (8, 1, 2, 5)


def test_a_one_column_file_may_have_empty_rows(judge: Judge) -> None:
    found = judge.text("name\nAnn\n\nCid\n", dataset(column("name", "text")))
    assert [row[0] for row in found.rows] == ["Ann", None, "Cid"]


def test_a_row_names_its_first_five_faults() -> None:
    faults = Faults(2)
    for place in range(NAMED_PER_ROW + 3):
        faults.add([1], f"c{place}", "rule", pa.array(["x"]), "y")
    lists = faults.as_lists().to_pylist()
    assert lists[0] is None
    assert [fault["column"] for fault in lists[1]] == ["c0", "c1", "c2", "c3", "c4"]


def test_parquet_is_held_to_the_declaration_too(judge: Judge) -> None:
    path = judge.folder / "data.parquet"
    numbers = pa.array([Decimal("1.50"), Decimal("0.0000000001"), None], pa.decimal128(20, 10))
    table = pa.table({"name": ["Ann", "Bob", "C\0"], "id": [1, 2**40, 3], "price": numbers})
    pq.write_table(table, path)
    columns = (*PEOPLE, column("price", "numeric(20,10)"))
    found = judge.file(path, dataset(*columns, format="parquet"))
    assert found.rejected == [(2, "id is an integer"), (3, "name holds no NUL bytes")]
    assert found.rows == [(1, "Ann", Decimal("1.5000000000"), 1)]
    wide = dataset(
        column("id", "bigint"), column("price", "numeric(20,10)"), format="parquet", drift="evolve"
    )
    assert judge.file(path, wide).rows[1][:3] == (2**40, Decimal("0.0000000001"), "Bob")


def test_the_workers_of_spark_judge_as_the_driver_alone_does(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splits, "LEAST", 5_000)
    text = "id,name\n" + "".join(f"{row if row % 9 else 'x'},name {row}\n" for row in range(2000))
    alone, spread = (
        judge.text(text, dataset(*PEOPLE, size=Size(workers=workers))) for workers in (2, 3)
    )
    assert len(spread.manifest.files) > 1
    assert spread.rows == alone.rows
    assert spread.manifest.rejects == alone.manifest.rejects != []
    assert spread.manifest.hash_sum == alone.manifest.hash_sum
