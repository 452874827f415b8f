"""The SQL of this repository for Redshift is Redshift's: the rules of the local one hold for it."""

import pytest

from local_cloud.redshift.language import lint
from tests.sql.test_style import SAMPLES
from tests.sql.worlds import ROOT
from workbench.render import render_all

TEXTS = {
    path: text for path, text in render_all(SAMPLES, ROOT).items() if path.startswith("redshift/")
}


def test_there_is_something_to_look_at():
    assert {path.split("/")[1] for path in TEXTS} >= {"migrations", "procedures", "datasets"}
    assert sum(path.endswith("/merge.sql") for path in TEXTS) == len(SAMPLES)


@pytest.mark.parametrize("path", TEXTS)
def test_redshift_would_take_it(path: str):
    found = lint(TEXTS[path], is_strict=True)
    assert not found, "\n".join(
        f"{path}:{each.line}: {each.message} ({each.page})" for each in found
    )


def test_the_lint_sees_into_what_is_rendered():
    path = next(path for path in TEXTS if path.endswith("by_upsert/merge.sql"))
    wrong = TEXTS[path].replace("begin\n", "begin\n    truncate etl.applied;\n", 1)
    assert [each.rule for each in lint(wrong)] == ["no truncate in procedures"]
