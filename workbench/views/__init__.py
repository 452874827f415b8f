"""The views of views/: one select in one file, made in both databases.

load(folder, datasets)   -> views, each after those that it reads
render(views, datasets)  -> {path: SQL}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stagecoach.dataset import Dataset
from workbench.quoting import array
from workbench.views.loading import load
from workbench.views.view import View

__all__ = ["View", "load", "render"]

LAST = "postgres/dataset_views/zzz_retire.sql"


def render(views: Sequence[View], datasets: Mapping[str, Dataset]) -> dict[str, str]:
    """Every SQL file of the views; sqlglot is loaded only where there are some."""
    kept = [f"{target}:{view.schema}.{view.name}" for view in views for target in view.targets]
    retire = f"select etl.retire_views({array(sorted(kept))});"
    texts = {LAST: f"-- Views whose files are gone are dropped.\n{retire}\n"}
    if views:
        from workbench.views import rendering

        texts |= rendering.render(views, datasets)
    return texts
