"""Whatever is written in a declaration: a dataset or problems with lines, never another error."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stagecoach.dataset import Dataset
from stagecoach.declaration import DeclarationErrors, load
from tests.declaration.test_mistakes import RIGHT

WORDS = [
    "[]",
    "{}",
    "null",
    "-1",
    "1.5",
    "yes",
    "''",
    "[[1]]",
    "{a: b}",
    "&x [*x]",
    "x",
    "\t",
    "- ",
]
PLACES = [at for at, letter in enumerate(RIGHT) if letter in ":,[]{}\n"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(PLACES), st.integers(0, 30), st.sampled_from(WORDS))
def test_any_change_of_a_declaration_gives_a_dataset_or_problems(tmp_path, place, length, word):
    path = tmp_path / "orders.yaml"
    path.write_text(RIGHT[: place + 1] + " " + word + RIGHT[place + 1 + length :])
    said = []
    try:
        assert isinstance(load(path), Dataset)
    except DeclarationErrors as errors:
        said = [problem.message for problem in errors.problems]
    assert all(" - " in message and "\n" not in message for message in said), said
