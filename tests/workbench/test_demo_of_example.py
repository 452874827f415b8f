"""The frame of `make demo SYSTEM=name`: it finds demos, and a claim that is not true ends them."""

from decimal import Decimal
from pathlib import Path

import pytest

from stagecoach.errors import SetupError
from tests.projects import EXAMPLES
from tests.workbench.test_targets import load
from workbench.demo import example
from workbench.demo.__main__ import main
from workbench.demo.claims import BrokenClaimError
from workbench.demo.table import answer_table

DEMOS = [path.name for path in EXAMPLES if (path / "demo.py").exists()]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> example.Demo:
    """A demo whose databases answer one row, and Redshift another one when it is asked twice."""
    rows = {"postgres": [["AA", 2]], "redshift": [["AA", 3]]}
    monkeypatch.setattr(example, "answer", lambda target, _: (["airline", "n"], rows[target]))
    return example.Demo(None, Path())


@pytest.mark.parametrize("system", DEMOS)
def test_every_demo_has_something_to_play(system):
    assert callable(example.find(system))


def test_an_unknown_system_names_those_that_there_are(capsys):
    with pytest.raises(SetupError, match=r"SYSTEM is 'taxis', .* there are .*; without SYSTEM"):
        example.find("taxis")
    assert main("taxis") == 1
    assert "SYSTEM is 'taxis'" in capsys.readouterr().err


def test_an_answer_is_printed_and_held_to_what_is_wanted(demo, capsys):
    assert demo.show("select", wanted=[("AA", 2)]) == [["AA", 2]]
    assert capsys.readouterr().out.splitlines()[-1].split() == ["AA", "2"]
    with pytest.raises(BrokenClaimError, match="the answer is"):
        demo.show("select", wanted=[("AA", 4)])


def test_targets_must_answer_the_same(demo):
    with pytest.raises(BrokenClaimError, match="what redshift answers is"):
        demo.show("select", targets=("postgres", "redshift"))


def test_a_refusal_is_for_the_reason_that_was_claimed(demo):
    refused = load(None, state="rejected", reason="the header has lost a column")
    demo.refused(refused, "lost a column")
    with pytest.raises(BrokenClaimError, match="it must be rejected: too many deletes"):
        demo.refused(refused, "too many deletes")


def test_numbers_stand_on_the_right_and_nothing_is_nothing():
    table = answer_table(["name", "sum"], [["a", Decimal("1234.50")], [None, 1000]])
    assert [column.justify for column in table.columns] == ["left", "right"]
    assert [[*column.cells] for column in table.columns] == [["a", ""], ["1,234.50", "1,000"]]
