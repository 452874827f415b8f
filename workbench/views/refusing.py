"""What Redshift refuses of a view: known before it is deployed, from the local Redshift's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot.errors import UnsupportedError

from local_cloud.redshift import language
from stagecoach.dataset import Dataset
from stagecoach.declaration.problems import Problem
from workbench.views import rendering
from workbench.views.view import View

INSTEAD = "wanted what both databases know, or -- targets: postgres"


def refused(view: View, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """A problem when Redshift would not take the view as it is rendered."""
    try:
        text = rendering.redshift(view, datasets)
    except UnsupportedError as error:
        said = str(error).splitlines()[0]
        yield Problem(view.path, view.line, f"Redshift: {said} - {INSTEAD}")
        return
    try:
        language.check(text)
    except language.Refused as refusal:
        yield Problem(view.path, view.line, f"Redshift: {refusal.message} - {INSTEAD}")
