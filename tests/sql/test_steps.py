"""Steps: the project's own SQL runs in the merge's transaction, or the load is refused."""

from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected, StagecoachError, Unavailable
from stagecoach.migrate import migrate
from stagecoach.steps import statements
from tests.sql.worlds import World, dataset, write_sql
from workbench import steps

COUNT = """\
-- description: How many runways each surface has
-- call: aviation.count_surfaces

create table if not exists aviation.surface (
    surface text primary key, runways bigint not null, counted_by uuid
);

create or replace procedure aviation.count_surfaces(load_id uuid)
language plpgsql
as $$
begin
    delete from aviation.surface;
    insert into aviation.surface
    select coalesce(surface, ''), count(*), load_id from aviation.runways group by 1;
    perform etl.note_step_counts(load_id, 'surfaces', '{"surface": {"inserted": 2}}');
end;
$$;
"""
BODY = COUNT[COUNT.index("    delete") : COUNT.index("end;")]
RUNWAYS = replace(dataset(), after=("surfaces",))
ROWS = [(1, "grass"), (2, "water"), (3, "grass")]


def deploy(world: World, text: str = COUNT, *datasets: Dataset, patience: float = 0.0) -> list[str]:
    """Migrate to one step; answers the steps that ran."""
    folder = world.folder / "steps"
    folder.mkdir(exist_ok=True)
    (folder / "surfaces.sql").write_text(text)
    declared = {each.name: each for each in datasets or (RUNWAYS,)}
    target = write_sql(world.folder, *declared.values())
    write(target, steps.render(steps.load(folder, declared)))
    return migrate(world.connect(), target, patience)["steps"]


def write(target: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        file = target.parent / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)


def raising(statement: str) -> str:
    return COUNT.replace(BODY, f"    {statement}\n")


def begin(world: World, rows: list = ROWS) -> tuple[str, dict]:
    """A load that is staged; answers it and its manifest."""
    load_id = world.arrive()
    claimed = world.own.claim("runways")
    return load_id, world.stage(load_id, claimed["attempt"], rows)


def surfaces(world: World) -> list[tuple]:
    return world.run("select surface, runways from aviation.surface order by 1")


def test_a_step_runs_after_the_merge_and_its_counts_are_told(world: World):
    deploy(world)
    world.load(ROWS)
    assert surfaces(world) == [("grass", 2), ("water", 1)]
    (load,) = world.own.loads()
    (told,) = [each for each in load["steps"] if each["step"] == "after surfaces"]
    assert told["detail"] == {"surface": {"inserted": 2}}
    assert told["seconds"] > 0
    assert world.run("select distinct counted_by::text from aviation.surface") == [
        (load["load_id"],)
    ]


def test_what_a_step_raises_refuses_the_load_and_nothing_is_committed(world: World):
    deploy(world)
    world.load(ROWS)
    deploy(world, COUNT.replace("perform", "raise exception 'no surface is paved'; perform"))
    load_id, manifest = begin(world, [*ROWS, (4, "sand")])
    with pytest.raises(LoadRejected, match=r"^step surfaces: no surface is paved$"):
        world.own.apply_load(load_id, manifest)
    assert len(world.rows()) == 3
    assert surfaces(world) == [("grass", 2), ("water", 1)]
    assert world.own.load_report(load_id)["state"] == "running"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "insert into aviation.gone values (1);",
            'relation "aviation.gone" does not exist (42P01,',
        ),
        ("perform 1 / 0;", "division by zero (22012, "),
        ("assert false, 'never';", "never (P0004, "),
        ("commit;", "invalid transaction termination (2D000, "),
        ("perform * from surface;", 'relation "surface" does not exist (42P01, '),
    ],
)
def test_a_step_that_cannot_run_says_where_it_stopped(world: World, statement: str, said: str):
    deploy(world, raising(statement))
    load_id, manifest = begin(world)
    with pytest.raises(LoadRejected) as caught:
        world.own.apply_load(load_id, manifest)
    assert str(caught.value).startswith(f"step surfaces: {said}")
    assert "aviation.count_surfaces(uuid) line 3" in str(caught.value)


def test_a_constraint_that_waits_for_the_end_is_the_steps_own(world: World):
    deferred = COUNT.replace(
        "counted_by uuid",
        "counted_by uuid references aviation.nobody (id) deferrable initially deferred",
    ).replace(
        "create table",
        "create table if not exists aviation.nobody (id uuid primary key);\ncreate table",
        1,
    )
    deploy(world, deferred)
    load_id, manifest = begin(world)
    with pytest.raises(LoadRejected, match=r"^step surfaces: .*violates foreign key constraint"):
        world.own.apply_load(load_id, manifest)


def test_what_may_pass_by_itself_is_tried_again(world: World):
    deploy(world, raising("raise exception 'busy' using errcode = '55P03';"))
    load_id, manifest = begin(world)
    with pytest.raises(Unavailable, match="busy"):
        world.own.apply_load(load_id, manifest)


def test_a_step_that_is_not_deployed_refuses_the_load(world: World):
    deploy(world)
    world.run("delete from etl.project_step")
    load_id, manifest = begin(world)
    with pytest.raises(LoadRejected, match="does not know step surfaces - run the migrate"):
        world.own.apply_load(load_id, manifest)


def test_a_file_runs_again_only_when_its_text_changed(world: World):
    assert deploy(world) == ["surfaces"]
    assert deploy(world) == []
    assert deploy(world, COUNT + "-- more\n") == ["surfaces"]


def test_a_changed_step_counts_from_the_next_load_on(world: World):
    deploy(world)
    world.load(ROWS)
    deploy(world, COUNT.replace("count(*)", "count(*) * 10"))
    assert surfaces(world) == [("grass", 2), ("water", 1)]
    world.load(ROWS)
    assert surfaces(world) == [("grass", 20), ("water", 10)]


def test_a_file_that_calls_its_procedure_counts_at_once(world: World):
    deploy(world)
    world.load(ROWS)
    deploy(
        world, COUNT.replace("count(*)", "count(*) * 10") + "call aviation.count_surfaces(null);"
    )
    assert surfaces(world) == [("grass", 20), ("water", 10)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("runways bigint", "runways bigitn", 'surfaces.sql:5: type "bigitn" does not exist'),
        ("begin\n", "begin\n    selec 1;\n", 'surfaces.sql:12: syntax error at or near "selec"'),
        ("aviation.surface (", "surface (", "surfaces.sql:4: no schema has been selected"),
        (
            "$$;\n",
            "$$;\n\ncall aviation.count_surfaces(1);\n",
            "surfaces.sql:19: procedure aviatio",
        ),
        (
            "$$;\n",
            "$$;\n\ndo $$ begin\nperform 1/0;\nend $$;\n",
            "surfaces.sql:19: division by zero",
        ),
    ],
)
def test_a_file_that_does_not_run_says_its_line_and_nothing_is_deployed(
    world: World, old: str, new: str, said: str
):
    with pytest.raises(StagecoachError) as caught:
        deploy(world, COUNT.replace(old, new, 1))
    assert str(caught.value).startswith(f"steps/{said}")
    assert world.run("select to_regclass('etl.project_step')::text") == [(None,)]


def test_a_step_whose_file_is_gone_is_forgotten_and_its_tables_stay(world: World):
    deploy(world)
    world.load(ROWS)
    target = write_sql(world.folder, dataset())
    (target / "steps" / "surfaces.sql").unlink()
    write(target, steps.render(()))
    migrate(world.connect(), target)
    assert world.run("select * from etl.project_step") == []
    world.load([(9, "ice")])
    assert surfaces(world) == [("grass", 2), ("water", 1)]


def test_two_datasets_do_not_run_one_step_at_once(world: World):
    """The second waits, and sees what the first one committed."""
    other = replace(dataset("strips"), after=("surfaces",))
    both = COUNT.replace(
        "from aviation.runways",
        "from (table aviation.runways union all table aviation.strips) as every_one",
    ).replace("    delete", "    perform pg_sleep(0.3);\n    delete")
    deploy(world, both, RUNWAYS, other)
    begun = {}
    for name in ("runways", "strips"):
        load_id = world.arrive(name)
        attempt = world.own.claim(name)["attempt"]
        begun[load_id] = world.stage(load_id, attempt, ROWS)
    threads = [Thread(target=world.ledger().apply_load, args=each) for each in begun.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [load["state"] for load in world.own.loads()] == ["applied", "applied"]
    assert surfaces(world) == [("grass", 4), ("water", 2)]


def test_a_load_that_is_killed_in_its_step_leaves_nothing(world: World):
    deploy(world, COUNT.replace("    perform", "    perform pg_sleep(30);\n    perform"))
    load_id, manifest = begin(world)
    victim = world.ledger()
    failed: list[Exception] = []

    def apply() -> None:
        try:
            victim.apply_load(load_id, manifest)
        except StagecoachError as error:
            failed.append(error)

    thread = Thread(target=apply)
    thread.start()
    while not world.run(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where wait_event = 'PgSleep' and datname = current_database()"
    ):
        pass
    thread.join()
    assert isinstance(failed[0], Unavailable)
    assert (world.rows(), surfaces(world)) == ([], [])
    assert world.own.load_report(load_id)["state"] == "running"
    deploy(world)
    world.own.apply_load(load_id, manifest)
    assert surfaces(world) == [("grass", 2), ("water", 1)]


def test_a_deployment_waits_for_a_load_that_runs_the_step(world: World):
    deploy(world)
    holder = world.connect()
    holder.cursor().execute("select etl.lock_steps(array['surfaces'])")
    thread = Thread(target=deploy, args=(world, COUNT + "-- more\n"))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    holder.commit()
    thread.join()
    assert world.run("select count(*) from etl.project_step where deployed_at is not null") == [
        (1,)
    ]


def test_statements_are_taken_apart_where_they_end():
    text = "-- a;\nselect ';', $a$;$$;$a$, e'\\';' /* ; */;\n\nselect 2;  -- the end;\nselect 3"
    assert [(each.line, each.text[:8]) for each in statements(text)] == [
        (2, "select '"),
        (4, "select 2"),
        (5, "select 3"),
    ]
    assert len(list(statements("create function f() begin atomic select 1; end;"))) == 1
