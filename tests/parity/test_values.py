"""Every type, and the values in which two databases are likely to differ."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pg8000.exceptions import DatabaseError

from stagecoach.dataset import Column
from tests.parity.pairs import Pair
from tests.parity.warehouse import Warehouse, published
from tests.sql.worlds import World, dataset

BERLIN = timezone(timedelta(hours=1))
ONE, TWO = (str(uuid.UUID(int=number)) for number in (1, 2))
VALUES = {
    "boolean": (True, False),
    "smallint": (-32768, 32767),
    "integer": (-(2**31), 0),
    "bigint": (2**63 - 1, -1),
    "numeric(12,2)": (Decimal("1.50"), Decimal("-0.01")),
    "numeric(38,10)": (Decimal("9999999999999999999999999999.0000000001"), Decimal(0)),
    "real": (0.1, -3.4e38, 0.0),
    "double": (0.1, 1 / 3, -1.7976931348623157e308, 2.2250738585072014e-308, 0.0, 8.0, 7.999),
    "varchar(3)": ("a", "a ", "", "\U0001f6eb\U0001f6eb\U0001f6eb", "äöü", "e\u0301"),
    "text": ("a\\b", "it's", "line\nbreak", "\t", " ", "x" * 16383 + "€"),
    "date": (date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)),
    "timestamp": (datetime(2026, 3, 29, 2, 30), datetime(1969, 12, 31, 23, 59, 59, 999999)),
    "timestamptz": (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=BERLIN),
    ),
    "time": (time(0), time(23, 59, 59, 999999), time(12, 30)),
    "uuid": (ONE, TWO),
    "json": ('{"a": 1}', "[1, null]"),
}


KEYS = ("numeric(12,2)", "double", "varchar(3)", "date", "timestamptz", "time", "uuid")
ORDERS = ("numeric(12,2)", "varchar(3)", "timestamp", "timestamptz", "time")


def of_kinds(
    world: World, warehouse: Warehouse, kinds: tuple[str, ...], **told: Any
) -> Iterator[tuple[Pair, tuple]]:
    """A table with a column `value` for each type, and some values of it."""
    is_null = "value" not in told.get("key", ())
    datasets = [
        published(
            dataset(
                f"kind_{place}",
                columns=(
                    Column("id", "bigint", "id"),
                    Column("value", kind, "value", nullable=is_null),
                ),
                **told,
            )
        )
        for place, kind in enumerate(kinds)
    ]
    pairs = Pair.all_of(world, warehouse, *datasets)
    yield from zip(pairs, (VALUES[kind] for kind in kinds), strict=True)


def test_values_come_through_are_told_apart_and_found_again(world: World, warehouse: Warehouse):
    columns = [
        Column(f"column_{place}", kind, f"column_{place}", nullable=True)
        for place, kind in enumerate(VALUES)
    ]
    told = dataset(columns=(Column("id", "bigint", "id"), *columns))
    pair = Pair.of(world, warehouse, told)
    longest = range(max(map(len, VALUES.values())))
    rows = [(at, *(each[at % len(each)] for each in VALUES.values())) for at in longest]
    rows.append((99, *(None for _ in VALUES)))
    assert pair.load(rows) == {"inserted": len(rows)}
    assert pair.load(rows) == {"unchanged": len(rows)}
    for place, kind in enumerate(VALUES):
        before = pair.hashes()
        rows[0] = (*rows[0][: place + 1], VALUES[kind][1], *rows[0][place + 2 :])
        assert pair.load(rows) == {"updated": 1, "unchanged": len(rows) - 1}
        assert pair.hashes() != before, kind


def test_a_key_may_be_of_any_type(world: World, warehouse: Warehouse):
    for pair, values in of_kinds(world, warehouse, KEYS, key=("value",)):
        assert pair.load([(1, value) for value in values]) == {"inserted": len(values)}
        again = {"updated": 1, "deduplicated": 1, "deleted": len(values) - 1}
        assert pair.load([(1, values[0]), (2, values[0])]) == again


def test_the_newer_row_may_be_told_by_any_type(world: World, warehouse: Warehouse):
    for pair, values in of_kinds(world, warehouse, ORDERS, mode="upsert", order_by="value"):
        low, high = sorted(values[:2])
        first = [(1, high), (1, None), (1, low), (2, None), (3, low)]
        assert pair.load(first) == {"inserted": 3, "deduplicated": 2}
        assert pair.load([(1, low), (2, low), (3, None)]) == {"stale": 2, "updated": 1}


def test_a_value_with_more_bytes_than_its_column_fails_and_leaves_nothing(
    world: World, warehouse: Warehouse
):
    columns = (Column("id", "bigint", "id"), Column("value", "varchar(4)", "value", bytes=4))
    pair = Pair.of(world, warehouse, dataset(columns=columns))
    publication, manifest, rows = pair.apply([(1, "four"), (2, "für")])
    pair.publish(publication, manifest, rows)
    publication, manifest, rows = pair.apply([(1, "füür")])
    with pytest.raises(DatabaseError, match="too long"):
        pair.publish(publication, manifest, rows)
    assert warehouse.run("select value from aviation.runways order by id") == [("four",), ("für",)]
    assert warehouse.run("select count(*) from etl.applied") == [(1,)]


def test_words_that_only_redshift_reserves_are_names_too(world: World, warehouse: Warehouse):
    names = ("tag", "open", "percent", "timestamp", "snapshot")
    columns = tuple(Column(name, "text", name, nullable=name != "tag") for name in names)
    told = dataset("delta", columns=columns, key=("tag",), mode="history", deletes="close")
    pair = Pair.of(world, warehouse, told, diststyle="key", distkey="tag", sortkey=("open", "tag"))
    row = ("a", "b", "c", "d", None)
    assert pair.load([row]) == {"inserted": 1}
    assert pair.load([(*row[:4], "e")]) == {"updated": 1}
