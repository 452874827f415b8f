"""Random files with random columns, compared with an expected table after each of them.

The expected table is written without looking at the SQL: a dictionary of dictionaries, in which a
file says nothing of the columns that it lacks. `STAGECOACH_RANDOM_RUNS` says how many runs.
"""

import itertools
import os
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from stagecoach.dataset import Column, Dataset
from stagecoach.migrate import DATASET_FILES
from tests.sql.drifting import loose, send
from tests.sql.worlds import ROOT, World
from workbench.render import render_dataset

RUNS = int(os.environ.get("STAGECOACH_RANDOM_RUNS", "3"))
COLUMNS = (
    Column("id", "bigint", "id"),
    Column("surface", "text", "surface", nullable=True),
    Column("length", "text", "length", nullable=True),
)
MODES = ("snapshot", "upsert", "append", "replace", "history")
TICKS = itertools.count()
values = st.sampled_from((None, "x", "y"))


class Expected:
    """What the table holds and what each file does, by key; a row is a dictionary."""

    def __init__(self, mode: str) -> None:
        """An empty table."""
        self.mode = mode
        self.rows: dict[int, dict] = {}
        self.ended: list[tuple] = []

    def load(self, rows: list[dict]) -> Counter:
        """Apply a file; answers the counts that are not 0."""
        counts: Counter = Counter()
        last = {row["id"]: row for row in rows}
        counts["deduplicated"] = len(rows) - len(last)
        if self.mode == "replace":
            counts += Counter(deleted=len(self.rows), inserted=len(last))
            self.rows = last
            return +counts
        if self.mode in ("snapshot", "history"):
            for key in self.rows.keys() - last.keys():
                counts["deleted"] += 1
                self.end(key)
        for key, row in last.items():
            counts[self.take(key, row)] += 1
        return +counts

    def take(self, key: int, row: dict) -> str:
        """One row: what becomes of it."""
        old = self.rows.get(key)
        new = {**(old or {}), **row}
        if old is None:
            self.rows[key] = new
            return "inserted"
        if all(old.get(name) == value for name, value in new.items()):
            return "unchanged"
        if self.mode == "append":
            return "stale"
        self.end(key)
        self.rows[key] = new
        return "updated"

    def end(self, key: int) -> None:
        """Forget a row; a history remembers it."""
        row = self.rows.pop(key)
        if self.mode == "history":
            self.ended.append(tuple(sorted((k, v) for k, v in row.items() if v is not None)))


class Drifting(RuleBasedStateMachine):
    """Files with any of the columns; now and then an extra one is declared."""

    world: World
    mode: str

    @initialize()
    def begin(self) -> None:
        self.expected = Expected(self.mode)
        self.declared = list(COLUMNS)
        self.world.run(
            "do $$ begin if to_regclass('aviation.runways') is not null then "
            "drop table aviation.runways; delete from etl.drift; delete from etl.extra_column; "
            "truncate etl.load, etl.delivery cascade; end if; end $$"
        )
        self.deploy()

    def deploy(self) -> None:
        texts = render_dataset(self.dataset(), ROOT)
        for file in DATASET_FILES:
            if file in texts:
                self.world.run(texts[file])

    def dataset(self) -> Dataset:
        deletes = "close" if self.mode == "history" else None
        return loose(mode=self.mode, deletes=deletes, columns=tuple(self.declared))

    @rule(
        brought=st.sets(st.sampled_from(("surface", "length", "lights", "width"))),
        rows=st.lists(st.tuples(st.integers(1, 3), values, values, values, values), max_size=5),
    )
    def send(self, brought: set[str], rows: list[tuple]) -> None:
        columns = ["id", *sorted(brought)]
        given = [dict(zip(columns, row[: len(columns)], strict=True)) for row in rows]
        expected = self.expected.load(given)
        sent = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(TICKS))
        told = [tuple(row.values()) for row in given]
        assert self.apply(columns, told, sent) == expected
        self.compare()

    def apply(self, columns: list[str], rows: list[tuple], sent: datetime) -> dict:
        """Load a file; answers the counts that are not 0."""
        return send(self.world, columns, rows, event_time=sent.isoformat())

    @rule(name=st.sampled_from(("lights", "width")))
    def declare(self, name: str) -> None:
        if all(column.name != name for column in self.declared):
            self.declared.append(Column(name, "text", name, nullable=True))
            self.deploy()
            self.compare()

    def compare(self) -> None:
        times = " - 'valid_from' - 'valid_to' - 'is_current'"
        found = self.world.run(f"select to_jsonb(live){times} from aviation.runways as live")
        self.expect([dict(row) for (row,) in found])

    def expect(self, found: list[dict]) -> None:
        """The rows of a live table are those that it shall hold."""
        held = [*(tuple(sorted(row.items())) for row in self.expected.rows.values())]
        wanted = [tuple(each for each in row if each[1] is not None) for row in held]
        rows = [tuple(sorted((k, v) for k, v in row.items() if v is not None)) for row in found]
        assert Counter(rows) == Counter(wanted + self.expected.ended)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("mode", MODES)
def test_s1_s2_a_file_says_nothing_of_the_columns_that_it_lacks(world: World, mode: str):
    world.deploy()
    Drifting.world, Drifting.mode = world, mode
    many = settings(
        max_examples=RUNS,
        stateful_step_count=10,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize="STAGECOACH_RANDOM_RUNS" not in os.environ,
    )
    run_state_machine_as_test(Drifting, settings=many)
