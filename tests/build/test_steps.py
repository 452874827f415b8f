"""Steps: every mistake in one sentence with file and line, and what is rendered."""

from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.declaration import DeclarationErrors
from tests.sql.worlds import dataset
from workbench import steps

DATASETS = {"runways": replace(dataset(), after=("count_them",))}
RIGHT = """\
-- description: How many runways there are
-- call: totals.count_them

create table if not exists totals.runways (total bigint not null);

create or replace procedure totals.count_them(load_id uuid)
language sql
as $$
    select etl.note_step_counts(load_id, 'count_them', '{}');
$$;
"""
DECLARED = """\
name: runways
description: Every runway's surface
columns: [{name: id, type: bigint}]
load: {mode: append}
after: [count_them]
targets: {postgres: {schema: aviation}}
"""
# what is replaced, by what, and what is said of it (`line: message`)
MISTAKES = [
    (
        "-- description: How many runways there are\n",
        "",
        "1: the header has no description - wanted",
    ),
    (
        "-- call: totals.count_them\n",
        "",
        "1: the header has no call - wanted -- call: schema.proced",
    ),
    (
        "-- call: totals.count_them",
        "-- cal: totals.x",
        "2: found the key 'cal' in the header - did ",
    ),
    (
        "-- call: totals.count_them",
        "-- count",
        "2: found '-- count' in the header - wanted -- key: ",
    ),
    (
        "call: totals.count_them",
        "call: count_them",
        "2: call: found 'count_them' - wanted schema.pr",
    ),
    (
        "call: totals.",
        "call: etl.",
        "2: call: schema 'etl' is not for steps - wanted one of your o",
    ),
    (
        "procedure totals.count",
        "procedure other.count",
        "2: the file does not make totals.count_the",
    ),
    (
        "call: totals.count_them",
        "description: x",
        "2: key 'description' is already on line 1 - wan",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "runways.yaml").write_text(DECLARED)
    write(tmp_path / "steps", "count_them")
    return tmp_path / "steps"


def write(folder: Path, name: str, text: str = RIGHT) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text(text)


def problems(folder: Path, datasets: dict = DATASETS) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        steps.load(folder, datasets)
    return [str(each).removeprefix(f"{folder.parent}/") for each in caught.value.problems]


def test_a_step_is_its_header_and_its_text(folder: Path):
    (step,) = steps.load(folder, DATASETS)
    assert (step.name, step.schema, step.procedure) == ("count_them", "totals", "count_them")
    assert step.description == "How many runways there are"
    assert step.text == RIGHT


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_a_mistake_is_said_with_its_line(folder: Path, old: str, new: str, said: str):
    write(folder, "count_them", RIGHT.replace(old, new))
    (found,) = problems(folder)
    assert found.startswith(f"steps/count_them.sql:{said}")


def test_a_step_that_is_not_there_is_said_where_it_is_named(folder: Path):
    (folder / "count_them.sql").rename(folder / "count_then.sql")
    assert problems(folder) == [
        "datasets/runways.yaml:5: after names 'count_them', and there is no such step"
        " - did you mean 'count_then'?"
    ]


def test_a_project_without_steps_says_which_file_is_wanted(tmp_path: Path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "runways.yaml").write_text(DECLARED)
    (said,) = problems(tmp_path / "steps")
    assert said.endswith("there is no such step - wanted a file steps/count_them.sql")


def test_a_step_runs_once_after_a_load(folder: Path):
    (said,) = problems(folder, {"runways": replace(dataset(), after=("count_them",) * 2)})
    assert said.startswith("datasets/runways.yaml:5: after names 'count_them' twice")


def test_two_steps_may_not_have_one_name(folder: Path):
    write(folder, "more/count_them")
    (said,) = problems(folder)
    assert said.startswith("steps/more/count_them.sql: step 'count_them' is in ")


def test_a_step_is_not_called_like_a_dataset(folder: Path):
    write(folder, "runways", RIGHT)
    (said,) = problems(folder)
    assert said.startswith("steps/runways.sql: step 'runways' is called like a dataset")


def test_it_is_deployed_as_it_was_written_and_then_declared(folder: Path):
    texts = steps.render(steps.load(folder, DATASETS))
    text = texts["postgres/steps/count_them.sql"]
    assert text.startswith(RIGHT)
    assert text.endswith(
        "select etl.declare_step("
        "'count_them', 'totals', 'count_them', 'How many runways there are');\n"
    )
    assert "array['count_them']" in texts["postgres/steps/zzz-retire.sql"]
