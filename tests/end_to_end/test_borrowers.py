"""System 3: a workbook of two sheets, normalised by a step in the transaction of each merge."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.environment import Environment
from tests.systems.borrowers import counts, model, read_workbook, tables, versions
from tests.systems.conftest import data

__all__ = ["data"]
pytestmark = pytest.mark.timeout(1200)
RIGHT = {"user_profile": 1000, "role_profile": 1000, "email": 683, "address": 1000,
         "phone_number": 1461}  # fmt: skip


@pytest.fixture(scope="module")
def workbook(data: Path) -> Path:
    return data / "borrowers" / "borrowers.xlsx"


def send(environment: Environment, file: Path) -> dict[str, dict]:
    """Send a workbook to one of its datasets; answers the applied load of each."""
    loads = environment.json("send", "borrower", file)
    assert [load["state"] for load in loads] == ["applied", "applied"]
    assert len({load["version_id"] for load in loads}) == 1
    return {load["dataset"]: load for load in loads}


def test_a_workbook_sent_twice_is_the_model_and_then_nothing(
    environment: Environment, workbook: Path
):
    loads = send(environment, workbook)
    assert set(loads) == {"borrower", "role_profile"}
    assert loads["borrower"]["counts"]["warned"] == 2
    held = tables(environment.sql)
    assert {name: len(rows) for name, rows in held.items()} == RIGHT
    assert held == model(*read_workbook(workbook))

    before = versions(environment.sql)
    assert [counts(load) for load in send(environment, workbook).values()] == [{}, {}]
    assert versions(environment.sql) == before


def test_one_cell_is_one_update(environment: Environment, workbook: Path, tmp_path: Path):
    send(environment, workbook)
    book = load_workbook(workbook)
    book["borrower"]["G3"] = "615-000-0000"
    book.save(changed := tmp_path / "changed.xlsx")
    load = send(environment, changed)["borrower"]
    assert counts(load) == {"phone_number": {"updated": 1}}
    assert tables(environment.sql) == model(*read_workbook(changed))
    told = environment.run("load", load["load_id"]).stdout
    assert "after normalise: phone_number 1 updated" in told
