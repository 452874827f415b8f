"""What codes mean and what is looked up: unknown codes, nulls, spellings, and rows that changed."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.dataset import Codes, Column, Dataset, Limit, Load, Lookup, RedshiftTarget, Size
from stagecoach.frames.rows.lookups import Rows
from stagecoach.frames.rows.meanings import meanings
from tests.frames.judge import Judge, column, dataset

pytestmark = pytest.mark.usefixtures("each_way")
CODES = (("1", "Credit card"), ("2", "Cash"))
TYPE = column("payment_type", "smallint")
ID = column("id", "integer", null=False)


def coded(otherwise: str | None = None, missing: str | None = None, **more: object) -> Column:
    codes = Codes("payment_type", CODES, otherwise, missing)
    return replace(column("payment", "varchar(11)", derive="-"), derive=None, codes=codes, **more)


def looked_up(otherwise: str | None = None, missing: str | None = None, **more: object) -> Column:
    lookup = Lookup("zones", "id", "zone", otherwise, missing)
    return replace(column("zone", "varchar(20)", derive="-"), derive=None, lookup=lookup, **more)


def zones(judge: Judge, rows: list[tuple], load: str = "a", **more: object) -> Rows:
    """Clean rows of a load of zones; the keys are of another width than those that look them up."""
    declared = dataset(column("zone_id", "bigint"), column("zone", "varchar(20)"))
    load_mode = Load(more.pop("mode", "snapshot"), order_by=more.pop("order_by", None))
    declared = replace(declared, name="zones", key=("zone_id",), load=load_mode, **more)
    folder = judge.folder / "zones" / f"_load_id={load}"
    folder.mkdir(parents=True, exist_ok=True)
    ids, names = zip(*rows, strict=True)
    table = pa.table({"zone_id": pa.array(ids, pa.int64()), "zone": pa.array(names, pa.string())})
    numbers = pa.array(range(2, len(rows) + 2), pa.int64())
    pq.write_table(table.append_column("_row_no", numbers), folder / "part-0.parquet")
    return Rows(declared, (load,), f"file://{judge.folder}/zones")


def test_a_code_has_a_meaning_and_null_stays_null(judge: Judge):
    declared = dataset(TYPE, coded(), ID)
    found = judge.text("payment_type,id\n1,1\n02,2\n,3\n", declared)
    assert [row[:3] for row in found.rows] == [
        (1, "Credit card", 1),
        (2, "Cash", 2),
        (None, None, 3),
    ]


def test_an_unknown_code_without_otherwise_rejects_its_row(judge: Judge):
    found = judge.text("payment_type,id\n1,1\n7,2\n", dataset(TYPE, coded(), ID))
    [fault] = found.manifest.rejects
    assert (fault.line, fault.column, fault.rule) == (
        3, "payment_type", "payment_type is a code of payment"
    )  # fmt: skip
    assert (fault.found, fault.wanted) == ("7", "one of 1, 2")
    assert found.counts == (3, 1, 1, 1)


def test_otherwise_and_missing_stand_for_unknown_and_null(judge: Judge):
    declared = dataset(TYPE, coded("Unknown", "Not said", nullable=False), ID)
    found = judge.text("payment_type,id\n7,1\n,2\n", declared)
    assert [row[1] for row in found.rows] == ["Unknown", "Not said"]


def test_a_null_that_may_not_be_rejects_its_row_once(judge: Judge):
    found = judge.text("payment_type,id\n,1\n9,2\nx,3\n", dataset(TYPE, coded(nullable=False), ID))
    assert found.rejected == [
        (2, "payment is given"),
        (3, "payment_type is a code of payment"),
        (4, "payment_type is a smallint"),
    ]


def test_rules_and_derived_columns_build_on_a_meaning(judge: Judge):
    is_cash = column("is_cash", "boolean", derive="payment = 'Cash'")
    rules = (("no cash for one", "not (is_cash and id = 1)", "reject"),)
    declared = dataset(TYPE, coded(), ID, is_cash, rules=rules)
    found = judge.text("payment_type,id\n2,1\n2,2\n1,1\n", declared)
    assert [row[:4] for row in found.rows] == [(2, "Cash", 2, True), (1, "Credit card", 1, False)]
    assert found.rejected == [(2, "no cash for one")]


@pytest.mark.parametrize(
    ("type_", "code", "written"),
    [("numeric(5,2)", "1.00", "1.0"), ("boolean", "true", "yes"), ("varchar(3)", "01", "01"),
     ("bigint", "1", "0001")],
)  # fmt: skip
def test_codes_are_of_any_type_that_can_be_spelt(judge: Judge, type_: str, code: str, written: str):
    codes = replace(coded(), codes=Codes("code", ((code, "yes"),)))
    found = judge.text(f"code,id\n{written},1\n", dataset(column("code", type_), codes, ID))
    assert [row[1] for row in found.rows] == ["yes"]


def test_a_meaning_is_of_its_columns_type(judge: Judge):
    codes = Codes("payment_type", (("1", "2.50"), ("2", "3")), "0")
    rate = replace(column("rate", "numeric(5,2)", derive="-"), derive=None, codes=codes)
    found = judge.text("payment_type,id\n1,1\n9,2\n", dataset(TYPE, rate, ID))
    assert [row[1] for row in found.rows] == [Decimal("2.50"), Decimal("0.00")]


def test_what_is_looked_up_stands_beside_its_key(judge: Judge):
    rows = zones(judge, [(1, "Newark"), (265, None), (70_000, "Far")])
    narrow = replace(ID, type="smallint")
    found = judge.text("id\n1\n265\n", dataset(narrow, looked_up()), lookups=(rows,))
    assert [row[:2] for row in found.rows] == [(1, "Newark"), (265, None)]


def test_an_unknown_key_is_rejected_or_what_was_declared(judge: Judge):
    rows = zones(judge, [(1, "Newark")])
    found = judge.text("id\n7\n", dataset(ID, looked_up(), max_rejects=Limit()), lookups=(rows,))
    [fault] = found.manifest.rejects
    assert (fault.column, fault.rule, fault.found) == ("id", "id is a zone_id of zones", "7")
    found = judge.text("id\n7\n", dataset(ID, looked_up("Unknown")), lookups=(rows,))
    assert found.rows[0][1] == "Unknown"


def test_what_has_no_room_in_redshift_refuses_the_load(judge: Judge):
    rows = zones(judge, [(1, "Newark Airport")])
    target = RedshiftTarget("taxi", "things")
    declared = dataset(ID, looked_up(bytes=8), redshift=target)
    found = judge.text("id\n1\n", declared, lookups=(rows,))
    assert found.refused == (
        "zones has the zone 'Newark Airport', but zone has at most 8 bytes in Redshift - "
        "declare more bytes for zone"
    )


def test_workers_of_spark_know_the_meanings_too(judge: Judge):
    rows = zones(judge, [(1, "Newark"), (2, "Queens")])
    declared = dataset(TYPE, ID, coded(), looked_up(), size=Size(workers=3))
    found = judge.text("payment_type,id\n1,1\n2,2\n", declared, lookups=(rows,))
    assert [row[:4] for row in found.rows] == [
        (1, 1, "Credit card", "Newark"), (2, 2, "Cash", "Queens")
    ]  # fmt: skip


def test_ten_thousand_codes_are_reckoned_as_one_column():
    declared = dataset(TYPE, coded("Unknown"), ID)
    meant = meanings(declared, {})["payment"]
    found, strange = meant.reckon(pa.array([1, 2, 3, None] * 2_500, pa.int16()))
    assert found.value_counts().to_pylist()[2] == {"values": "Unknown", "counts": 2_500}
    assert strange.true_count == 0


def versions(judge: Judge, *loads: list[tuple], mode: str, order_by: str | None = None) -> dict:
    """What two loads of zones come to."""
    rows = [zones(judge, load, str(at), mode=mode, order_by=order_by)
            for at, load in enumerate(loads)]  # fmt: skip
    every = replace(rows[0], loads=tuple(str(at) for at in range(len(loads))))
    table = every.read(["zone"])
    return dict(zip(table["zone_id"].to_pylist(), table["zone"].to_pylist(), strict=True))


def test_of_rows_with_one_key_the_merges_winner_is_looked_up(judge: Judge):
    first, second = [(1, "a"), (1, "c"), (2, "b")], [(1, "b"), (3, None)]
    assert versions(judge, first, second, mode="upsert") == {1: "b", 2: "b", 3: None}
    assert versions(judge, first, second, mode="upsert", order_by="zone") == {
        1: "c",
        2: "b",
        3: None,
    }
    assert versions(judge, first, second, mode="append") == {1: "c", 2: "b", 3: None}


def test_a_flagged_row_is_not_there(judge: Judge):
    rows = zones(judge, [(1, "a"), (2, "b")])
    flagged = column("gone", "boolean")
    declared = replace(rows.dataset, columns=(*rows.dataset.columns, flagged),
                       load=Load("upsert", deleted_when="gone"))  # fmt: skip
    path = judge.folder / "zones" / "_load_id=a" / "part-0.parquet"
    pq.write_table(pq.read_table(path).append_column("gone", pa.array([True, None])), path)
    assert replace(rows, dataset=declared).read(["zone"]).to_pylist() == [
        {"zone_id": 2, "zone": "b"}
    ]


def test_a_look_up_that_was_loaded_without_rows_has_none(tmp_path: Path):
    declared: Dataset = replace(dataset(ID), key=("id",))
    assert Rows(declared, ("a",), f"file://{tmp_path}").read([]).num_rows == 0
