"""The SQL of this repository, and what it renders to, is written in one way."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Limit, RedshiftTarget
from tests.sql.test_flagged import FLAGGED
from tests.sql.test_history import TIMED, history
from tests.sql.test_modes import VERSIONED
from tests.sql.worlds import ROOT, dataset
from workbench.render import render_all

SAMPLES = {
    each.name: replace(each, redshift=RedshiftTarget("aviation", each.name, "even", None, ("id",)))
    for each in (
        dataset("by_snapshot", max_deletes=Limit(share=0.1), indexes=(("surface",),)),
        dataset("by_upsert", "upsert", columns=VERSIONED, order_by="seen", key=("id", "seen")),
        dataset("by_flags", "upsert", columns=FLAGGED, deleted_when="is_gone"),
        dataset(
            "by_dated_flags", "upsert", columns=FLAGGED, order_by="seen", deleted_when="is_gone"
        ),
        dataset("by_append", "append", key=()),
        dataset("by_keyed_append", "append"),
        dataset("by_replace", "replace", key=()),
        replace(dataset("by_drift", columns=VERSIONED), drift="evolve"),
        replace(history("close", name="by_loose_files"), drift="evolve"),
        replace(history("ignore", name="by_loose_rows"), drift="evolve"),
        replace(dataset("by_loose_replace", "replace"), drift="evolve"),
        history("close", name="by_files", key=("id", "surface")),
        history("ignore", name="by_rows", columns=TIMED, order_by="seen", key=("id", "surface")),
    )
}
# sqlfluff wants a blank before the arguments of a procedure in Redshift, and none in PostgreSQL.
IGNORED = {"postgres": "", "redshift": ", LT01"}
SHOUTING = re.compile(r"\b(SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|CREATE|TABLE|BEGIN|NULL)\b")


@pytest.mark.parametrize("database", ["postgres", "redshift"])
def test_sqlfluff_finds_nothing(database: str, tmp_path: Path):
    for path, text in render_all(SAMPLES, ROOT).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    rules = re.search(r"exclude_rules = (.*)", (ROOT / ".sqlfluff").read_text())[1]
    lint = [sys.executable, "-m", "sqlfluff", "lint", "--config", str(ROOT / ".sqlfluff")]
    told = ["--dialect", database, "--exclude-rules", rules + IGNORED[database]]
    found = subprocess.run([*lint, *told, database], cwd=tmp_path, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_bodies_of_functions_are_lower_case_and_narrow():
    for path, text in render_all(SAMPLES, ROOT).items():
        bodies = " ".join(text.split("$$")[1::2])
        assert not SHOUTING.search(bodies), path
        assert max(map(len, bodies.splitlines()), default=0) <= 100, path


def test_every_function_says_its_contract_and_trusts_no_search_path():
    for path, text in render_all(SAMPLES, ROOT).items():
        if "$$" in text:
            assert path.startswith("redshift/") or "set search_path = ''" in text, path
            assert re.search(r"\$\$\n(#variable_conflict use_column\n)?-- ", text), path


def test_one_object_is_in_one_file_of_its_name():
    for path in (ROOT / "sql/postgres").glob("procedures/*.sql"):
        made = re.findall(r"create or replace (?:function|procedure) etl\.(\w+)", path.read_text())
        assert made == [path.stem]
