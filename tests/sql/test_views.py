"""Views of views/ in PostgreSQL: made, changed, kept out of the way of loads, refreshed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column, Dataset
from stagecoach.errors import LoadRejected, StagecoachError
from stagecoach.migrate import migrate
from tests.sql.worlds import World, dataset, write_sql
from workbench import views

Deploy = Callable[..., dict]

WIDER = (Column("id", "bigint", "id"), Column("surface", "varchar(20)", "surface", nullable=True))
MORE = (*dataset().columns, Column("length_ft", "integer", "length_ft", nullable=True))
PAVED = "select id, surface from aviation.runways where surface <> 'grass'"
BY_SURFACE = "select surface, count(*) as runways from aviation.runways group by surface"
FAR = "select id from aviation.paved where id > 1"
KEYED = "-- materialized: true\n-- key: surface\n"


@pytest.fixture
def deploy(world: World) -> Deploy:
    """Deploy with these views, each `name="query"` or `name=(header, query)`."""
    folder = world.folder / "views"
    folder.mkdir()

    def with_views(*declared: Dataset, **queries: str | tuple[str, str]) -> dict:
        for path in folder.iterdir():
            path.unlink()
        for name, told in queries.items():
            header, query = told if isinstance(told, tuple) else ("", told)
            text = f"-- description: It's {name}\n-- schema: aviation\n{header}\n{query}\n"
            (folder / f"{name}.sql").write_text(text)
        datasets = {each.name: each for each in declared or (dataset(),)}
        into = write_sql(world.folder, *datasets.values())
        write_views(world.folder, datasets, folder)
        return migrate(world.connect(), into, patience=3)

    return with_views


def write_views(into: Path, datasets: dict[str, Dataset], folder: Path) -> None:
    for old in into.glob("*/dataset_views/*.sql"):
        old.unlink()
    for name, text in views.render(views.load(folder, datasets), datasets).items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text)


def grants(world: World, name: str) -> list[tuple]:
    return world.run(
        "select grantee, privilege_type, is_grantable from information_schema.table_privileges "
        f"where table_schema = 'aviation' and table_name = '{name}' and grantor <> grantee "
        "order by 1, 2"
    )


def oid(world: World, name: str) -> int:
    return world.run(f"select 'aviation.{name}'::regclass::oid::bigint")[0][0]


def test_a_view_shows_what_is_loaded(world: World, deploy: Deploy):
    assert deploy(paved=PAVED, far=FAR)["dataset_views"] == 3
    world.load([(1, "tar"), (2, "grass"), (3, "tar")])
    assert world.run("select * from aviation.paved order by id") == [(1, "tar"), (3, "tar")]
    assert world.run("select * from aviation.far") == [(3,)]
    assert world.run("select obj_description('aviation.paved'::regclass)") == [("It's paved",)]


def test_what_did_not_change_is_left_alone(world: World, deploy: Deploy):
    deploy(paved=PAVED, by_surface=(KEYED, BY_SURFACE))
    before = [oid(world, name) for name in ("paved", "by_surface")]
    deploy(paved=PAVED, by_surface=(KEYED, BY_SURFACE))
    assert [oid(world, name) for name in ("paved", "by_surface")] == before


def test_another_query_for_the_same_columns_replaces_it(world: World, deploy: Deploy):
    deploy(paved=PAVED, far=FAR)
    before = oid(world, "paved")
    deploy(paved=PAVED.replace("grass", "sand"), far=FAR)
    world.load([(1, "grass"), (2, "grass"), (3, "sand")])
    assert oid(world, "paved") == before
    assert world.run("select count(*) from aviation.paved") == [(2,)]


def test_other_columns_make_it_again_with_its_rights_and_readers(world: World, deploy: Deploy):
    deploy(paved=PAVED, far=FAR)
    world.run("create role reader_of_views; create role granter_of_views")
    world.run("grant select on aviation.paved, aviation.far to reader_of_views")
    world.run("grant select on aviation.paved to granter_of_views with grant option")
    world.run("grant insert (surface) on aviation.paved to reader_of_views")
    before = grants(world, "paved"), grants(world, "far")
    deploy(paved="select surface, id, id + 1 as next from aviation.runways", far=FAR)
    assert (grants(world, "paved"), grants(world, "far")) == before
    assert ("reader_of_views", "SELECT", "NO") in before[1]
    assert world.run(
        "select has_column_privilege('reader_of_views', 'aviation.paved', 'surface', 'insert')"
    ) == [(True,)]
    world.load([(7, "tar")])
    assert world.run("select * from aviation.paved, aviation.far") == [("tar", 7, 8, 7)]


def test_a_view_of_somebody_else_is_in_the_way_with_a_sentence(world: World, deploy: Deploy):
    deploy(paved=PAVED)
    world.run("create view public.theirs as select id from aviation.paved")
    with pytest.raises(LoadRejected, match=r"public\.theirs reads it.*run: drop view public\.th"):
        deploy(paved="select surface, id from aviation.runways")
    assert world.run("select * from public.theirs") == []
    deploy(paved=PAVED.replace("grass", "sand"))


def test_a_relation_of_that_name_is_not_taken_over(world: World, deploy: Deploy):
    deploy()
    world.run("create view aviation.paved as select 1 as one")
    with pytest.raises(LoadRejected, match=r"aviation\.paved is there already, and is no view"):
        deploy(paved=PAVED)


def test_a_view_whose_file_is_gone_goes(world: World, deploy: Deploy):
    deploy(paved=PAVED, far=FAR)
    deploy(paved=PAVED)
    assert world.run("select to_regclass('aviation.far') is null") == [(True,)]
    deploy()
    assert world.run("select count(*) from etl.dataset_view") == [(0,)]


def test_a_query_that_the_server_refuses_says_which_view(deploy: Deploy):
    with pytest.raises(StagecoachError, match=r"001_aviation\.paved\.sql: function nonsense"):
        deploy(paved="select nonsense(id) as n from aviation.runways")


@pytest.mark.parametrize("columns", [MORE, WIDER], ids=["a new column", "a wider type"])
def test_a_declaration_that_changes_keeps_its_views(world: World, deploy: Deploy, columns: tuple):
    both = {"paved": PAVED, "far": FAR, "by_surface": (KEYED, BY_SURFACE)}
    deploy(**both)
    world.run("grant select on all tables in schema aviation to pg_monitor")
    world.load([(1, "tar"), (2, "grass")])
    deploy(dataset(columns=columns), **both)
    for name in both:
        may = f"select has_table_privilege('pg_monitor', 'aviation.{name}', 'select')"
        assert world.run(may) == [(True,)]
    assert world.run("select id from aviation.paved") == [(1,)]
    rest = (None,) * (len(columns) - 2)
    world.load([(1, "tar", *rest), (5, "tar", *rest)])
    assert world.run("select id from aviation.paved order by id") == [(1,), (5,)]


def test_somebody_elses_view_still_refuses_a_wider_type(world: World, deploy: Deploy):
    deploy(paved=PAVED)
    world.run("create view public.theirs as select surface from aviation.runways")
    with pytest.raises(LoadRejected, match=r"run: drop view public\.theirs; alter table"):
        deploy(dataset(columns=WIDER), paved=PAVED)
    world.run("drop view public.theirs; create view public.theirs as select * from aviation.paved")
    with pytest.raises(LoadRejected, match=r"public\.theirs reads it, which no file of views/ is"):
        deploy(dataset(columns=WIDER), paved=PAVED)
    assert world.run("select count(*) from aviation.paved, public.theirs") == [(0,)]


def test_a_column_that_only_a_file_has_breaks_no_view(world: World, deploy: Deploy):
    evolving = replace(dataset(), drift="evolve")
    deploy(evolving, paved=PAVED)
    load_id = world.arrive()
    world.own.claim("runways")
    world.own.adopt_columns(load_id, 1, [{"name": "coupon", "found": "coupon"}])
    assert world.run("select * from aviation.paved") == []
    deploy(evolving, paved=PAVED)


def refresh(world: World) -> list[str]:
    """Refresh what is stale, as `settle` does; answers the names."""
    names = [each["view_name"] for each in world.own.stale_views("postgres", "runways")]
    for name in names:
        assert world.own.refresh_view("aviation", name, 60)["seconds"] >= 0
    return names


def test_a_materialized_view_is_refreshed_after_a_load_and_only_then(world: World, deploy: Deploy):
    deploy(by_surface=(KEYED, BY_SURFACE), paved=PAVED)
    assert refresh(world) == []
    world.load([(1, "tar"), (2, "tar")])
    assert world.run("select * from aviation.by_surface") == []
    assert (refresh(world), refresh(world)) == (["by_surface"], [])
    assert world.run("select * from aviation.by_surface") == [("tar", 2)]


def test_a_materialized_view_that_changes_is_filled_at_once(world: World, deploy: Deploy):
    deploy(by_surface=(KEYED, BY_SURFACE))
    world.load([(1, "tar"), (2, "tar")])
    deploy(by_surface=(KEYED, BY_SURFACE.replace("as runways", "as n")))
    assert world.run("select surface, n from aviation.by_surface") == [("tar", 2)]
    assert refresh(world) == []
    deploy(by_surface=BY_SURFACE)  # no longer materialized
    assert world.run("select relkind::text from pg_class where relname = 'by_surface'") == [("v",)]


def test_a_load_that_commits_during_a_refresh_is_not_forgotten(world: World, deploy: Deploy):
    deploy(by_surface=(KEYED, BY_SURFACE))
    world.load([(1, "tar")])
    other = world.connect()
    cursor = other.cursor()
    cursor.execute("select etl.refresh_view('aviation', 'by_surface')")
    world.load([(1, "tar"), (2, "tar")])
    assert world.own.refresh_view("aviation", "by_surface", 60) is None  # somebody does
    other.commit()
    assert refresh(world) == ["by_surface"]
    assert world.run("select runways from aviation.by_surface") == [(2,)]


def test_a_refresh_that_fails_is_told_once_and_tried_again_later(world: World, deploy: Deploy):
    cents = "select surface, sum(100 / (id - 5)) as n from aviation.runways group by surface"
    deploy(by_surface=(KEYED, cents))
    load_id = world.arrive()
    world.own.claim("runways")
    world.own.apply_load(load_id, world.stage(load_id, 1, [(5, "tar")]))
    with pytest.raises(StagecoachError, match="division by zero") as failed:
        world.own.refresh_view("aviation", "by_surface", 60)
    told = ("postgres", "aviation", "by_surface", str(failed.value))
    assert world.own.view_not_refreshed(*told, passing=False) == {"alerted": True}
    assert world.own.view_not_refreshed(*told, passing=False) == {"alerted": False}
    assert world.own.stale_views("postgres", "runways") == []  # not before it is due
    (alert,) = [each for each in world.own.pending_alerts() if "by_surface" in each["subject"]]
    assert alert["load_id"] == load_id
    assert "division by zero" in alert["message"]
    world.own.commit()
    world.run("update etl.dataset_view set due_at = now()")
    world.load([(4, "tar")])
    assert refresh(world) == ["by_surface"]
    assert world.run("select reason, holds from etl.dataset_view") == [(None, {"runways": 2})]


def test_rows_that_are_not_unique_by_the_key_are_refused_with_a_sentence(
    world: World, deploy: Deploy
):
    deploy()
    world.load([(1, "tar"), (2, "tar")])
    with pytest.raises(LoadRejected, match=r"aviation\.all_of are not unique by its key - corr"):
        deploy(all_of=(KEYED, "select surface, id from aviation.runways"))


def test_what_may_pass_is_told_when_it_does_not(world: World, deploy: Deploy):
    deploy(by_surface=(KEYED, BY_SURFACE))
    world.load([(1, "tar")])
    told = ("postgres", "aviation", "by_surface", "canceling statement due to statement timeout")
    tries = [world.own.view_not_refreshed(*told, passing=True)["alerted"] for _ in range(5)]
    assert tries == [False, False, False, True, False]
