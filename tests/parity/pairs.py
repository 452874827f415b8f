"""One dataset in both databases, and short ways to load a file into the one and then the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud.redshift.session import Session
from stagecoach.dataset import Dataset
from tests.parity.warehouse import COUNTED, Warehouse, published
from tests.sql.worlds import World, row_hash


@dataclass
class Pair:
    """A ledger with its table, and the same table in Redshift."""

    world: World
    warehouse: Warehouse
    dataset: Dataset

    @classmethod
    def of(cls, world: World, warehouse: Warehouse, dataset: Dataset, **told: Any) -> Pair:
        """Deploy to both."""
        return cls.all_of(world, warehouse, published(dataset, **told))[0]

    @classmethod
    def all_of(cls, world: World, warehouse: Warehouse, *datasets: Dataset) -> list[Pair]:
        """Deploy several to both."""
        world.deploy(*datasets)
        warehouse.deploy(*datasets)
        return [cls(world, warehouse, dataset) for dataset in datasets]

    def apply(self, rows: list[tuple], **delivery: object) -> tuple[dict, dict, list[tuple]]:
        """Load a file into PostgreSQL; answers what `Warehouse.publish` takes."""
        name = self.dataset.name
        load_id = self.world.arrive(name, **delivery)
        attempt = self.world.own.claim(name)["attempt"]
        manifest = self.world.stage(load_id, attempt, rows)
        manifest["columns"] = [column.name for column in self.dataset.columns]
        self.world.own.apply_load(load_id, manifest)
        numbered = [(*row, place) for place, row in enumerate(rows, 2)]
        publication = self.world.own.next_publication(name)
        assert publication is not None
        return publication, manifest, [(*row, row_hash(row)) for row in numbered]

    def load(self, rows: list[tuple], **delivery: object) -> dict[str, int]:
        """Load a file into both; answers the counts that are not 0."""
        publication, manifest, numbered = self.apply(rows, **delivery)
        return self.publish(publication, manifest, numbered)

    def publish(
        self,
        publication: dict,
        manifest: dict,
        numbered: list[tuple],
        session: Session | None = None,
        between: Callable[[str], None] = lambda statement: None,
    ) -> dict[str, int]:
        """Bring what is applied to Redshift; both must have done the same."""
        counts = self.warehouse.publish(
            publication, manifest, numbered, session=session, between=between
        )
        load_id = publication["load_id"]
        self.world.own.published(load_id, publication["attempt"], counts)
        assert self.world.own.load_report(load_id)["redshift"]["agrees"]
        assert self.hashes()[0] == self.hashes()[1]
        return {name: counts[name] for name in COUNTED if counts[name]}

    def hashes(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and hash sum, in PostgreSQL and in Redshift."""
        name = self.dataset.name
        ((rows, total),) = self.world.run(f"select row_count, hash_sum from etl.hash__{name}()")
        return (int(rows), int(total)), self.warehouse.hash(name)
