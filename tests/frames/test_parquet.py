"""What comes typed: whatever type a writer gave a column this month, it is the same column."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.dataset import Size
from stagecoach.frames import objects
from stagecoach.frames.files import splits, typed
from tests.frames.judge import NUMBERS, Judge, Judged, column, dataset

NAN = float("nan")
SECOND = datetime(2023, 1, 2, 3, 4, 5)
DAY = date(2023, 1, 2)


def judged(judge: Judge, values: pa.Array, type_: str, **more: Any) -> Judged:
    """A file with this one column."""
    path = judge.folder / f"{next(NUMBERS)}.parquet"
    pq.write_table(pa.table({"x": values}), path)
    return judge.file(path, dataset(column("x", type_, **more), format="parquet"))


def values_of(found: Judged) -> list[Any]:
    rows = pq.read_table([file.removeprefix(objects.FILE) for file in found.manifest.files])
    assert rows["_row_no"].to_pylist() == list(range(1, len(rows) + 1))
    return rows["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "type_", "wanted"),
    [
        (pa.array([1, 2], pa.int32()), "bigint", [1, 2]),
        (pa.array([1, 2], pa.int64()), "smallint", [1, 2]),
        (pa.array([1.0, None, -0.0]), "smallint", [1, None, 0]),
        (pa.array([1.0, NAN, 3e10]), "bigint", [1, None, 30_000_000_000]),
        (pa.array([1.0, NAN]), "double", [1.0, None]),
        (pa.array([1.0, NAN, 2.5]), "numeric(5,2)", [Decimal("1.00"), None, Decimal("2.50")]),
        (pa.array([0.1, 12345678.9]), "numeric(12,2)", [Decimal("0.10"), Decimal("12345678.90")]),
        (pa.array([0.1], pa.float32()), "double", [0.1]),
        (pa.array([1.0, 1e22, 1e-7]), "text", ["1", "1" + "0" * 22, "0.0000001"]),
        (pa.array([1, 2], pa.uint8()), "text", ["1", "2"]),
        (pa.nulls(2), "numeric(5,2)", [None, None]),
        (pa.nulls(1), "text", [None]),
        (pa.array(["N", None], pa.large_string()), "varchar(1)", ["N", None]),
        (pa.array(["N", "Y", "N"]).dictionary_encode(), "varchar(1)", ["N", "Y", "N"]),
        (pa.array(["7"]), "integer", [7]),
        (pa.array([SECOND], pa.timestamp("us")), "timestamp", [SECOND]),
        (pa.array([SECOND], pa.timestamp("ns")), "timestamp", [SECOND]),
        (pa.array([SECOND], pa.timestamp("ms")), "timestamp", [SECOND]),
        (pa.array([SECOND.replace(tzinfo=UTC)], pa.timestamp("us", "America/New_York")),
         "timestamp", [SECOND]),
        (pa.array([SECOND], pa.timestamp("us")), "text", ["2023-01-02 03:04:05"]),
        (pa.array([DAY]), "date", [DAY]),
        (pa.array([DAY]), "text", ["2023-01-02"]),
        (pa.array([True, None]), "boolean", [True, None]),
        (pa.array([True]), "text", ["true"]),
        (pa.array([Decimal("1.5")], pa.decimal128(9, 1)), "numeric(12,2)", [Decimal("1.50")]),
        (pa.array([Decimal("1e-9")], pa.decimal128(12, 9)), "text", ["0.000000001"]),
        (pa.array([{"a": 1, "b": [2]}]), "json", ['{"a": 1, "b": [2]}']),
    ],
    ids=str,
)  # fmt: skip
def test_a_type_of_parquets_is_the_declared_one(
    judge: Judge, values: pa.Array, type_: str, wanted: list
):
    found = judged(judge, values, type_)
    assert (found.refused, found.rejected) == (None, [])
    assert values_of(found) == wanted


@pytest.mark.parametrize(
    ("values", "type_", "found", "wanted"),
    [
        (pa.array([1.0, 1.5]), "smallint", "1.5", "a smallint"),
        (pa.array([1, 40_000], pa.int64()), "smallint", "40000", "a smallint"),
        (pa.array([1.0, 1.005]), "numeric(5,2)", "1.005", "a number that fits numeric(5,2)"),
        (pa.array([1.0, float("inf")]), "double", "inf", "a number"),
        (pa.array([0, 1], pa.timestamp("ns")), "timestamp", "1970-01-01 00:00:00.000000001",
         "a timestamp"),
        (pa.array([b"a", b"\xe9"], pa.binary()), "text", "\\xe9", "text"),
        (pa.array(["ok", "a\0"]), "text", "a\\x00", "text"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_rejects_its_row(
    judge: Judge, values: pa.Array, type_: str, found: str, wanted: str
):
    said = judged(judge, values, type_)
    [fault] = said.manifest.rejects
    assert (fault.line, fault.found, fault.wanted) == (2, found, wanted)
    assert said.manifest.counts.good == 1


def test_nan_is_null_where_null_may_be_and_rejects_where_not(judge: Judge):
    found = judged(judge, pa.array([1.0, NAN]), "double", null=False)
    assert found.rejected == [(2, "x is given")]


def test_a_column_may_lack_where_drift_may_be(judge: Judge):
    path = judge.folder / "less.parquet"
    pq.write_table(pa.table({"x": [1]}), path)
    columns = (column("x", "integer"), column("fee", "numeric(5,2)"))
    found = judge.file(path, dataset(*columns, format="parquet", drift="evolve"))
    assert found.manifest.columns == ["x"]
    assert "lacks 'fee'" in str(judge.file(path, dataset(*columns, format="parquet")).refused)


def test_what_is_no_parquet_is_refused_with_a_sentence(judge: Judge):
    path = judge.folder / "cut.parquet"
    pq.write_table(pa.table({"x": list(range(1000))}), path)
    path.write_bytes(path.read_bytes()[:-50])
    found = judge.file(path, dataset(column("x", "integer"), format="parquet"))
    assert str(found.refused).startswith("the file is no sound Parquet (")


MIXED = {
    "id": pa.array(range(1, 5_001), pa.int64()),
    "fee": pa.array([NAN if row % 7 == 0 else row / 4 for row in range(5_000)]),
    "flag": pa.array(["N" if row % 3 else None for row in range(5_000)], pa.large_string()),
}


def mixed(judge: Judge, **more: Any) -> Judged:
    """A file of fifty row groups, with rows that are rejected."""
    path = judge.folder / "mixed.parquet"
    pq.write_table(pa.table(MIXED), path, row_group_size=100)
    columns = (column("id", "smallint"), column("fee", "numeric(6,1)"), column("flag", "text"))
    return judge.file(path, dataset(*columns, format="parquet", **more))


@pytest.mark.usefixtures("each_way")
def test_rows_have_their_place_in_the_file_in_whatever_group(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(splits, "LEAST", 2_000)
    found = mixed(judge)
    assert len(found.manifest.files) > 1
    assert found.counts[:2] == (5_000, 0)
    assert [row[0] for row in found.rows] == [row[3] for row in found.rows]


def test_workers_of_spark_and_the_driver_alone_read_the_same(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(splits, "LEAST", 2_000)
    monkeypatch.setattr(typed, "BATCH_ROWS", 30)
    alone, spread = mixed(judge), mixed(judge, size=Size(workers=3))
    assert len(spread.manifest.files) > 1
    assert spread.manifest.hash_sum == alone.manifest.hash_sum
    assert spread.manifest.rejects == alone.manifest.rejects != []


def test_of_an_object_only_ranges_are_read(tmp_path: Path):
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{place}": range(10_000) for place in range(20)}), path)
    ranges = typed.Ranges(f"{objects.FILE}{path}")
    read = pq.ParquetFile(pa.PythonFile(ranges, mode="r")).read(["c7"])
    assert read["c7"].to_pylist() == list(range(10_000))
