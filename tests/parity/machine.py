"""The random deliveries of tests/sql, each published to Redshift as soon as it is applied.

After every step both live tables have the rows that the oracle expects: PostgreSQL's are compared
with it one by one, and Redshift's have PostgreSQL's number and hash sum.
"""

from __future__ import annotations

from hypothesis.stateful import initialize

from tests.parity.warehouse import Warehouse
from tests.sql.test_machine import Deliveries, in_file
from tests.sql.worlds import row_hash


class Killed(Exception):
    """The batch ends here, and its transaction with it."""


class Published(Deliveries):
    """Files come in any order, twice, late and after a crash; Redshift follows each time."""

    warehouse: Warehouse
    steps = 0

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.last: tuple[str, dict] = ("", {})
        self.dies = False
        for table in (f"aviation.{self.name}", "etl.applied"):
            self.warehouse.run(f"delete from {table}")
        if self.meaning.flagged and self.meaning.ordered:
            self.warehouse.run(f"delete from etl.gone__{self.name}")

    def go_on(self, this: dict, load_id: str, dies: bool) -> None:
        self.dies = dies
        super().go_on(this, load_id, dies)

    def apply(self, load_id: str, manifest: dict, rows: list[tuple]) -> None:
        super().apply(load_id, manifest, rows)
        numbered = [(*row, row_hash(row)) for row in in_file(rows)]
        publication = self.ledger.next_publication(self.name)
        if publication is None:  # it is there already: a batch that comes twice changes nothing
            load_id, counts = self.last
            again = self.warehouse.publish(self.publication, manifest, numbered)
            assert again == counts
            return
        if self.dies:
            self.die(publication, manifest, numbered)
        counts = self.warehouse.publish(publication, manifest, numbered)
        self.publication, self.last = publication, (load_id, counts)
        self.ledger.published(load_id, publication["attempt"], counts)
        report = self.ledger.load_report(load_id)["redshift"]
        assert report["agrees"], report

    def die(self, publication: dict, manifest: dict, numbered: list[tuple]) -> None:
        """The connection goes after the merge, before the commit."""

        def between(statement: str) -> None:
            if statement.startswith("select"):
                raise Killed

        try:
            self.warehouse.publish(publication, manifest, numbered, between=between)
        except Killed:
            return
        raise AssertionError("it was not killed")

    def compare(self) -> None:
        super().compare()
        Published.steps += 1
        ours, theirs = self.hashes()
        assert ours == theirs

    def hashes(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and hash sum, in PostgreSQL and in Redshift."""
        ((rows, hash_sum),) = self.run(f"select row_count, hash_sum from etl.hash__{self.name}()")
        return (int(rows), int(hash_sum)), self.warehouse.hash(self.name)
