"""The views of views/ show the same in PostgreSQL and in Redshift, and follow the loads there."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local_cloud.redshift.session import Session
from stagecoach.dataset import Column, Dataset, RedshiftTarget
from stagecoach.declaration import load_all
from stagecoach.migrate import migrate
from stagecoach.migrate_warehouse import migrate_warehouse, scripts
from stagecoach.settings import Warehouse as Place
from stagecoach.views import datasets_to_look_at, refresh_warehouse
from tests.frames.migrating import Near
from tests.parity.warehouse import Warehouse
from tests.sql.test_views import WIDER, write_views
from tests.sql.worlds import ROOT, World, dataset, write_sql
from workbench.nyc import write_csv

LINES = 3000
BY_SURFACE = """select surface, count(*) as runways, count(*) filter (where id > 1) as later,
    count(distinct id) filter (where id > 1) as others,
    string_agg(id::text, '+' order by id desc) as ids,
    string_agg(id::text, '+' order by id) filter (where id > 1) as later_ids
from aviation.runways group by surface"""
PAVED = """select id, surface, surface is distinct from 'tar' as is_odd,
    surface is not distinct from null as is_unknown
from aviation.runways"""
KEYED = "-- materialized: true\n-- key: surface\n"
THERE = "select count(*) from pg_class where relname = '{}'"
MORE = (*dataset().columns, Column("length_ft", "integer", "length_ft", nullable=True))


class Apart(Near):
    """As the Data API has it, one statement runs outside of a transaction."""

    def run(self, statements: Sequence[str], **told: Any) -> None:
        """Run a batch, or a statement, to its end."""
        if len(statements) > 1:
            super().run(statements, **told)
            return
        session = Session(self.connect(), None)
        try:
            session.run(statements[0])
        finally:
            session.close()


class Both:
    """Two databases with the same datasets and views."""

    def __init__(self, world: World, warehouse: Warehouse) -> None:
        self.world, self.warehouse = world, warehouse
        place = Place("warehouse", "secret", "arn:aws:iam::123456789012:role/copy", "near")
        self.near = Apart(place, lambda: native(warehouse))
        settings = SimpleNamespace(workflow=lambda name: f"stagecoach-test-{name}")
        self.depot = SimpleNamespace(ledger=world.own, settings=settings)
        self.folder = world.folder / "views"
        self.folder.mkdir()

    def deploy(self, *declared: Dataset, **queries: tuple[str, str]) -> list[str]:
        """Deploy to both; answers the files of views that ran in Redshift."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, (header, query) in queries.items():
            text = f"-- description: It's {name}\n-- schema: aviation\n{header}\n{query}\n"
            (self.folder / f"{name}.sql").write_text(text)
        return self.deploy_from(self.folder, {each.name: each for each in declared})

    def deploy_from(self, folder: Path, datasets: dict[str, Dataset]) -> list[str]:
        """The same with views of a folder."""
        into = write_sql(self.world.folder, *datasets.values())
        write_views(self.world.folder, datasets, folder)
        migrate(self.world.connect(), into)
        told = migrate_warehouse(self.world.connect(), self.near, into.parent / "redshift")
        return [name for name in told["ran"] if "dataset_views/" in name]

    def run(self, query: str) -> list[tuple]:
        """What both answer; they must agree."""
        ours, theirs = self.world.run(query), self.warehouse.run(query)
        assert list(map(as_text, ours)) == list(map(as_text, theirs))
        return ours

    def put(self, table: str, rows: list[dict]) -> None:
        """The same rows in both live tables."""
        put = f"insert into {table} select * from jsonb_populate_recordset(null::{table}, "
        self.world.run(f"{put} %s::jsonb)", json.dumps(rows))
        self.warehouse.own.connection.run(f"{put} :rows)", rows=json.dumps(rows))

    def load(self, *rows: tuple) -> None:
        """Load into PostgreSQL and count the load as published; Redshift has the rows by `put`."""
        self.world.load(rows)
        begun = self.world.own.next_publication("runways")
        names = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")
        counts = {**dict.fromkeys(names, 0), "inserted": len(rows)}
        self.world.own.published(begun["load_id"], begun["attempt"], counts)
        kept = [dict(zip(("id", "surface"), row, strict=True)) for row in rows]
        self.warehouse.run("delete from aviation.runways")
        put = "insert into aviation.runways (id, surface) select * from json_to_recordset(:rows)"
        told = json.dumps(kept)
        self.warehouse.own.connection.run(f"{put} as x(id bigint, surface text)", rows=told)

    def look(self) -> None:
        """What publish does of views, until nothing is left."""
        self.world.run("update etl.dataset_view set due_at = now() where failures = 0")
        for _ in range(3):
            refresh_warehouse(self.depot, self.near, "runways")

    def reason(self) -> str | None:
        """Why the view in Redshift was not refreshed."""
        ((reason,),) = self.world.run(
            "select reason from etl.dataset_view where target = 'redshift' and materialized"
        )
        return reason


def native(warehouse: Warehouse):
    import pg8000.native

    from tests.postgres import PASSWORD

    told = {"host": warehouse.server.host, "port": warehouse.server.port, "password": PASSWORD}
    return pg8000.native.Connection(warehouse.server.user, database=warehouse.database, **told)


def as_text(row: tuple) -> tuple:
    return tuple(str(value).removesuffix("+00:00").removesuffix("+00") for value in row)


def published(one: Dataset) -> Dataset:
    """It goes to Redshift too, where its table has another name."""
    return replace(one, redshift=RedshiftTarget(one.postgres.schema, one.postgres.table))


@pytest.fixture
def both(world: World, warehouse: Warehouse) -> Iterator[Both]:
    return Both(world, warehouse)


def nyc_rows(path: Path, declared: Dataset) -> Iterator[dict]:
    """The first lines of a file as rows of its table."""
    names = {column.source: column.name for column in declared.file_columns}
    with path.open() as file:
        for _, line in zip(range(LINES), csv.DictReader(file), strict=False):
            row = {names[key]: value or None for key, value in line.items()}
            yield row | ({"is_cancelled": not row["dep_time"]} if "dep_time" in row else {})


def test_the_views_of_the_demo_show_the_same_in_both(both: Both, tmp_path: Path):
    datasets = {name: published(one) for name, one in load_all(ROOT / "datasets").items()}
    both.deploy_from(ROOT / "views", datasets)
    for name, path in write_csv(tmp_path / "nyc").items():
        table = f"nyc.{datasets[name].postgres.table}"
        both.put(table, list(nyc_rows(path, datasets[name])))
    for database in (both.world, both.warehouse):
        database.run("refresh materialized view nyc.delays_by_airline")
    airlines = both.run("select * from nyc.delays_by_airline order by carrier")
    assert sum(row[2] for row in airlines) == LINES
    details = both.run("select * from nyc.flights_details order by time_hour, carrier, flight")
    assert len(details) == LINES
    assert {row[3] for row in details} >= {"United Air Lines Inc.", "JetBlue Airways"}
    assert any(row[8] is None for row in details)  # San Juan is not in the list of airports


def test_words_that_redshift_lacks_mean_the_same_there(both: Both):
    both.deploy(published(dataset()), by_surface=(KEYED, BY_SURFACE), paved=("", PAVED))
    rows = [(1, "tar"), (2, "tar"), (3, "grass"), (4, None)]
    both.put("aviation.runways", [{"id": id_, "surface": surface} for id_, surface in rows])
    for database in (both.world, both.warehouse):
        database.run("refresh materialized view aviation.by_surface")
    found = both.run("select * from aviation.by_surface order by surface")
    assert found == [
        ("grass", 1, 1, 1, "3", "3"),
        ("tar", 2, 1, 1, "2+1", "2"),
        (None, 1, 1, 1, "4", "4"),
    ]
    found = both.run("select is_odd, is_unknown from aviation.paved order by id")
    assert found == [(False, False), (False, False), (True, False), (True, True)]


def test_a_query_reads_the_table_that_redshift_has(both: Both):
    moved = replace(dataset(), redshift=RedshiftTarget("elsewhere", "strips"))
    both.deploy(moved, paved=("", PAVED + " where runways.id > 0"))
    both.warehouse.run("insert into elsewhere.strips (id, surface) values (1, 'tar')")
    both.world.load([(1, "tar")])
    assert both.run("select id, surface from aviation.paved") == [(1, "tar")]


def test_only_what_changed_runs_again_and_what_is_gone_goes(both: Both):
    told = {"by_surface": (KEYED, BY_SURFACE), "paved": ("", PAVED)}
    assert len(both.deploy(published(dataset()), **told)) == 2
    assert both.deploy(published(dataset()), **told) == []
    other = {"paved": ("", PAVED.replace("'tar'", "'sand'"))}
    (kept, gone) = both.deploy(published(dataset()), **other)
    assert kept.startswith("dataset_views/aviation.paved.view-")
    assert gone.startswith("dropped dataset_views/aviation.by_surface.materialized-")
    assert both.run(THERE.format("by_surface")) == [(0,)]
    both.deploy(published(dataset()))
    assert both.run(THERE.format("paved")) == [(0,)]


def test_a_view_with_other_columns_takes_the_place_of_the_old_one(both: Both):
    both.deploy(published(dataset()), by_surface=(KEYED, BY_SURFACE), paved=("", PAVED))
    fewer = "select surface, id from aviation.runways"
    ran = both.deploy(published(dataset()), by_surface=("", BY_SURFACE), paved=("", fewer))
    assert len(ran) == 2
    assert both.run("select surface, id from aviation.paved") == []
    assert both.run("select runways from aviation.by_surface") == []


def test_a_column_more_and_a_load_break_no_view(both: Both):
    told = {"by_surface": (KEYED, BY_SURFACE), "paved": ("", PAVED)}
    both.deploy(published(dataset()), **told)
    both.deploy(published(dataset(columns=MORE)), **told)
    both.put("aviation.runways", [{"id": 1, "surface": "tar", "length_ft": 9}])
    assert both.run("select id from aviation.paved") == [(1,)]


def test_a_wider_column_makes_materialized_views_again(both: Both):
    told = {"by_surface": (KEYED, BY_SURFACE), "paved": ("", PAVED)}
    both.deploy(published(dataset()), **told)
    ran = both.deploy(published(dataset(columns=WIDER)), **told)
    assert [name.split(".")[1] for name in ran] == ["by_surface", "paved"]
    both.put("aviation.runways", [{"id": 1, "surface": "x" * 20}])
    assert both.run("select surface from aviation.paved") == [("x" * 20,)]
    assert both.run("select count(*) from aviation.by_surface") == [(0,)]


def test_a_materialized_view_in_redshift_follows_what_is_published(both: Both):
    both.deploy(published(dataset()), by_surface=(KEYED, BY_SURFACE))
    both.load((1, "tar"), (2, "tar"))
    assert datasets_to_look_at(both.depot) == {"runways"}
    both.look()
    assert both.warehouse.run("select runways from aviation.by_surface") == [(2,)]
    assert datasets_to_look_at(both.depot) == set()
    ran = len(both.near.ran)
    both.look()
    assert len(both.near.ran) == ran


def test_a_refresh_that_redshift_refuses_is_told_once_and_the_load_stays(both: Both):
    both.deploy(published(dataset()), by_surface=(KEYED, BY_SURFACE))
    both.warehouse.run("drop materialized view aviation.by_surface")
    both.load((1, "tar"))
    both.look()
    assert "by_surface" in str(both.reason())
    for _ in range(3):  # it might have been a deployment that had not come so far
        both.world.run("update etl.dataset_view set due_at = now()")
        both.look()
    alerts = [each["subject"] for each in both.world.own.pending_alerts()]
    assert alerts.count("Stagecoach: view aviation.by_surface is old") == 1
    both.world.own.commit()
    assert both.world.run("select state from etl.publication") == [("applied",)]


def test_a_warehouse_that_is_away_is_no_failure_of_the_view(both: Both):
    both.deploy(published(dataset()), by_surface=(KEYED, BY_SURFACE))
    both.look()
    both.load((1, "tar"))
    both.near.away.append("paused")
    both.look()
    assert both.reason() == "the warehouse is paused"
    assert both.world.own.pending_alerts() == []
    both.world.own.commit()
    both.world.run("update etl.dataset_view set due_at = now()")
    both.look()
    assert both.reason() is None
    assert both.warehouse.run("select runways from aviation.by_surface") == [(1,)]


def test_the_files_of_redshift_are_those_that_the_deployment_looks_for(both: Both):
    both.deploy(published(dataset()), paved=("", PAVED))
    (script,) = scripts(both.world.folder / "redshift", "dataset_views/*.sql")
    assert [statement.split()[0] for statement in script.statements] == ["--", "create", "comment"]
