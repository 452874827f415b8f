"""Random deliveries into real tables of every mode, compared with an oracle after each of them.

`STAGECOACH_RANDOM_RUNS` says how many runs of each declaration; `make soak` makes many.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pg8000.exceptions import DatabaseError

from stagecoach.dataset import Column, Limit
from stagecoach.errors import LoadRejected
from stagecoach.ledger import Ledger
from tests.sql.oracle import COLUMNS, Meaning, Table, TooManyDeletes
from tests.sql.worlds import World, dataset, row_hash

RUNS = int(os.environ.get("STAGECOACH_RANDOM_RUNS", "4"))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MEANINGS = {
    "snapshots": Meaning("snapshot"),
    "guarded_snapshots": Meaning("snapshot", most_deletes=2),
    "upserts": Meaning("upsert"),
    "ordered_upserts": Meaning("upsert", ordered=True),
    "flagged_upserts": Meaning("upsert", flagged=True),
    "ordered_flagged_upserts": Meaning("upsert", ordered=True, flagged=True),
    "facts": Meaning("append", keyed=False),
    "keyed_facts": Meaning("append"),
    "replaced": Meaning("replace", keyed=False, most_deletes=2),
    "keyed_replaced": Meaning("replace"),
    "whole_histories": Meaning("history", deletes="close"),
    "guarded_histories": Meaning("history", deletes="close", most_deletes=2),
    "histories": Meaning("history", deletes="ignore"),
    "ordered_histories": Meaning("history", deletes="ignore", ordered=True),
}
ACUTE = ("\u00e9", "e\u0301")  # one letter to a reader, two keys to us
times = st.integers(0, 9)
rows = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.sampled_from(("a", "a", "a", "a", "a", "A", "a ", *ACUTE)),
        st.sampled_from((None, "", "x", "y")),
        st.none() | times,
        st.sampled_from((None, False, True)),
    ),
    max_size=12,
)


def declared(name: str, meaning: Meaning):
    dated = meaning.mode == "history" and meaning.ordered
    columns = (
        Column("id", "bigint", "id"),
        Column("part", "text", "part"),
        Column("surface", "text", "surface", nullable=True),
        Column("seen", "timestamptz", "seen", nullable=not dated),
        Column("is_gone", "boolean", "is_gone", nullable=True),
    )
    return dataset(
        name,
        meaning.mode,
        columns=columns,
        key=COLUMNS[:2] if meaning.keyed else (),
        order_by="seen" if meaning.ordered else None,
        max_deletes=Limit(count=meaning.most_deletes),
        deletes=meaning.deletes,
        deleted_when="is_gone" if meaning.flagged else None,
    )


def moment(number: float | None) -> datetime | None:
    return None if number is None else BEGIN + timedelta(hours=number)


def written(row: tuple) -> tuple:
    """A row of the oracle as the database holds it."""
    return tuple(moment(each) if place in (3, 5, 6) else each for place, each in enumerate(row))


def in_file(rows: list[tuple]) -> list[tuple]:
    """Rows with their places in the file."""
    return [(*written(row), place) for place, row in enumerate(rows, 2)]


class Deliveries(RuleBasedStateMachine):
    """Files come in any order, twice, late and after a crash; each time everything is compared."""

    ledger: Ledger
    name: str

    @initialize()
    def begin(self) -> None:
        self.meaning = MEANINGS[self.name]
        self.table, self.sent = Table(self.meaning), []
        self.bad = 0
        self.ledger.connection.rollback()
        self.run(f"truncate etl.load, etl.delivery, aviation.{self.name} restart identity cascade")
        self.run(
            f"do $$ begin if to_regclass('etl.gone__{self.name}') is not null "
            f"then truncate etl.gone__{self.name}; end if; end $$"
        )

    @rule(rows=rows, file=st.sampled_from("ab"), late=st.integers(-3, 1), dies=st.booleans())
    def send(self, rows: list[tuple], file: str, late: int, dies: bool) -> None:
        sent_at = max((each["sent_at"] for each in self.sent), default=10) + late
        this = {"rows": self.fit(rows), "file": file, "sent_at": sent_at, "place": len(self.sent)}
        for _ in range(1 + dies):  # whoever dies may report the delivery once more
            load_id = self.receive(file, str(len(self.sent)), sent_at)
        self.sent.append(this)
        self.go_on(this, load_id, dies)

    @rule(pick=st.integers(0, 99), dies=st.booleans())
    def replay(self, pick: int, dies: bool) -> None:
        if not self.sent:
            return
        this = self.sent[pick % len(self.sent)]
        load_id = self.find(this)
        if self.meaning.mode == "append" and not self.meaning.keyed and "applied" in this:
            with pytest.raises(LoadRejected, match="appended already"):
                self.ledger.replay(load_id)
            return
        self.go_on(this, self.ledger.replay(load_id)["load_id"], dies)

    @rule(rows=rows)
    def send_a_row_without_a_key(self, rows: list[tuple]) -> None:
        if not self.meaning.keyed:
            return
        self.bad += 1
        load_id = self.receive(f"bad {self.bad}", "1", 100)
        self.ledger.queue(load_id, {"pinned_key": "x"})
        claimed = self.ledger.claim(self.name)
        with pytest.raises(DatabaseError, match="not-null"):
            self.stage(load_id, claimed["attempt"], [*self.fit(rows), (None,) * 5])
        self.ledger.connection.rollback()
        self.ledger.refuse(load_id, "a key is null")
        self.compare()

    def receive(self, file: str, version: str, sent_at: int) -> str:
        order = {"sequencer": f"{sent_at + 100:08X}", "event_time": moment(sent_at).isoformat()}
        told = {"size": 1, "etag": None, **order}
        return self.ledger.receive("landing", file, version, self.name, **told)["load_id"]

    def fit(self, rows: list[tuple]) -> list[tuple]:
        """A history needs the times that it is ordered by."""
        if self.meaning.mode == "history" and self.meaning.ordered:
            return [row for row in rows if row[3] is not None]
        return rows

    def find(self, this: dict) -> str:
        return self.ledger.find_delivery("landing", this["file"], str(this["place"]))["load_id"]

    def superseded(self, this: dict) -> bool:
        """Whether a newer version of the same object was applied."""
        order = ("sent_at", "place")
        return self.meaning.mode != "append" and any(
            [each[by] for by in order] > [this[by] for by in order]
            for each in self.sent
            if each["file"] == this["file"] and "applied" in each
        )

    def go_on(self, this: dict, load_id: str, dies: bool) -> None:
        self.ledger.queue(load_id, {"pinned_key": "x"})
        claimed = self.ledger.claim(self.name)
        if self.superseded(this):
            assert claimed is None
            assert self.ledger.load_report(load_id)["state"] == "superseded"
            self.compare()
            return
        if dies:
            self.stage(load_id, claimed["attempt"], this["rows"])
            self.ledger.fail(load_id, "killed", retryable=True)
            claimed = self.ledger.claim(self.name)
        manifest = self.stage(load_id, claimed["attempt"], this["rows"])
        try:
            counts = self.table.load(this["rows"], this["sent_at"])
        except TooManyDeletes as refused:
            self.be_refused(this, load_id, manifest, refused.args[0])
            return
        self.apply(load_id, manifest, this["rows"])
        self.apply(load_id, manifest, this["rows"])  # once more: the answer may have been lost
        self.applied(this, load_id, counts)

    def apply(self, load_id: str, manifest: dict, rows: list[tuple]) -> None:
        """Merge a staged load."""
        self.ledger.apply_load(load_id, manifest)

    def be_refused(self, this: dict, load_id: str, manifest: dict, deletes: int) -> None:
        with pytest.raises(LoadRejected, match=f"^{deletes} of "):
            self.apply(load_id, manifest, this["rows"])
        self.ledger.refuse(load_id, f"{deletes} would be deleted")
        self.compare()
        if deletes % 2:  # a person says no
            return
        load_id = self.ledger.approve(load_id)["load_id"]
        self.ledger.queue(load_id, {"pinned_key": "x"})
        attempt = self.ledger.claim(self.name)["attempt"]
        self.apply(load_id, self.stage(load_id, attempt, this["rows"]), this["rows"])
        counts = self.table.load(this["rows"], this["sent_at"], allowed=deletes)
        self.applied(this, load_id, counts)

    def applied(self, this: dict, load_id: str, counts: Counter) -> None:
        this["applied"] = True
        report = self.ledger.load_report(load_id)
        kept = {name: report["counts"][name] for name in report["counts"] if name in COUNTED}
        assert {name: number for name, number in kept.items() if number} == counts
        assert report["holds"]
        self.compare()

    def compare(self) -> None:
        times = ", valid_from, valid_to" if self.meaning.mode == "history" else ""
        found = self.run(f"select {', '.join(COLUMNS)}{times} from aviation.{self.name}")
        assert Counter(found) == Counter(map(written, self.table.live()))

    def stage(self, load_id: str, attempt: int, rows: list[tuple]) -> dict:
        table = self.ledger.begin_stage(load_id, attempt)
        numbered = in_file(rows)
        if numbered:
            marks = ", ".join(
                ["(%s, %s, %s, %s::timestamptz, %s::boolean, %s, %s)"] * len(numbered)
            )
            values = [each for row in numbered for each in (*row, row_hash(row))]
            self.run(f"insert into {table} values {marks}", *values)
        good = len(numbered)
        hash_sum = str(sum(map(row_hash, numbered)))
        counts = {"read": good + 1, "header": 1, "good": good, "rejected": 0, "warned": 0}
        told = {"counts": counts, "hash_sum": hash_sum, "rejects": [], "columns": COLUMNS}
        return json.loads(json.dumps({"attempt": attempt, **told}))

    def run(self, statement: str, *values: object) -> list[tuple]:
        cursor = self.ledger.connection.cursor()
        cursor.execute(statement, values)
        found = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        self.ledger.connection.commit()
        return found


COUNTED = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", MEANINGS)
def test_l11_every_mode_does_what_a_few_dictionaries_do(world: World, name: str):
    world.deploy(declared(name, MEANINGS[name]))
    Deliveries.name, Deliveries.ledger = name, world.ledger()
    many = settings(
        max_examples=RUNS,
        stateful_step_count=16,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize="STAGECOACH_RANDOM_RUNS" not in os.environ,
    )
    run_state_machine_as_test(Deliveries, settings=many)
