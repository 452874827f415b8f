"""A right declaration becomes a dataset with every default in place."""

from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column, Csv, Dataset, Limit, PostgresTarget, Rule
from stagecoach.declaration import DeclarationErrors, load, load_all

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = """\
name: runways
description: Every runway of the world
columns:
  - {name: id, type: bigint}
key: [id]
load: {mode: snapshot}
targets:
  postgres: {schema: aviation}
"""


@pytest.fixture
def loaded(tmp_path):
    def load_text(text: str, name: str = "runways") -> Dataset:
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        return load(path)

    return load_text


def test_the_smallest_declaration_gets_every_default(loaded):
    dataset = loaded(SMALLEST)
    assert (dataset.source.prefix, dataset.source.format) == ("runways/", "csv")
    assert dataset.source.csv == Csv(",", '"', True, "utf-8", ("",), False)
    assert dataset.postgres == PostgresTarget("aviation", "runways", ())
    assert (dataset.load.max_deletes, dataset.load.max_rejects) == (Limit(0.1), Limit(None, 0))
    assert (dataset.drift, dataset.alerts.failure, dataset.size.workers) == ("strict", True, 2)


def test_a_column_comes_from_its_own_name_another_name_or_an_expression(loaded):
    more = """\
  - {name: length_ft, from: "Length (ft)", type: "numeric( 8 , 2 )", nullable: true}
  - {name: is_long, type: Boolean, derive: "length_ft > 10000"}
key: [id]
"""
    columns = loaded(SMALLEST.replace("key: [id]\n", more)).columns
    assert columns == (
        Column("id", "bigint", "id"),
        Column("length_ft", "numeric(8,2)", "Length (ft)", nullable=True),
        Column("is_long", "boolean", None, derive="length_ft > 10000"),
    )


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("10%", Limit(share=0.1)),
        ("0.5 %", Limit(share=0.005)),
        ("500", Limit(count=500)),
        ("{share: 1%, count: 20}", Limit(0.01, 20)),
        ("null", Limit(count=0)),
    ],
)
def test_a_limit_is_a_share_a_number_or_both(loaded, written, limit):
    text = SMALLEST.replace("snapshot}", f"snapshot, max_rejects: {written}}}")
    assert loaded(text).load.max_rejects == limit


def test_a_mode_without_a_delete_guard_has_no_limit(loaded):
    assert loaded(SMALLEST.replace("snapshot", "upsert")).load.max_deletes == Limit()


def test_rules_keep_their_order_and_reject_by_default(loaded):
    text = (
        SMALLEST
        + 'rules:\n  b is so: {check: "id > 0"}\n  a is so: {check: "true", action: warn}\n'
    )
    assert loaded(text).rules == (
        Rule("b is so", "id > 0", "reject"),
        Rule("a is so", "true", "warn"),
    )


def test_an_anchor_may_be_used_twice(loaded):
    text = SMALLEST.replace("[id]", "&key [id]").replace("aviation}", "aviation, indexes: [*key]}")
    assert loaded(text).postgres.indexes == (("id",),)


def test_what_the_build_publishes_reads_back_as_the_same_dataset():
    for name, dataset in load_all(ROOT / "datasets").items():
        assert Dataset.from_json(dataset.to_json()) == dataset, name
        assert replace(dataset, description="").to_json() != dataset.to_json()


HISTORY = SMALLEST.replace("mode: snapshot", "mode: history, deletes: ")


def test_a_history_is_guarded_where_it_deletes(loaded):
    closing = loaded(HISTORY.replace("deletes: ", "deletes: close")).load
    assert (closing.deletes, closing.max_deletes) == ("close", Limit(share=0.1))
    ignoring = loaded(HISTORY.replace("deletes: ", "deletes: ignore")).load
    assert (ignoring.deletes, ignoring.max_deletes) == ("ignore", Limit())


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("{name: seen, type: date, nullable: true}", "wanted no nullable: true"),
        ("{name: seen, type: time}", "which is time - wanted timestamptz, timestamp, date"),
        ("{name: seen, type: date}\n  - {name: is_current, type: boolean}", "history adds valid_f"),
    ],
)
def test_a_history_asks_for_an_order_that_is_never_null(loaded, column: str, said: str):
    text = HISTORY.replace("deletes: ", "deletes: ignore, order_by: seen")
    with pytest.raises(DeclarationErrors, match=said):
        loaded(text.replace("key: [id]", f"  - {column}\nkey: [id]"))


@pytest.mark.parametrize(("mode", "empty"), [("replace", "refuse"), ("append", "header_only")])
def test_a_file_without_rows_does_not_empty_a_table_unless_declared(loaded, mode, empty):
    text = SMALLEST.replace("mode: snapshot", f"mode: {mode}")
    assert mode in text
    assert loaded(text).load.empty == empty
