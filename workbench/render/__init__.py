"""From declarations to the SQL that the databases run: plain text that a person can read and diff.

A folder of `sql/` is a database. What has one text is copied, what has one for each dataset is
rendered from templates.
"""

from __future__ import annotations

from pathlib import Path

from stagecoach.dataset import Dataset
from workbench.render import postgres, redshift
from workbench.render.postgres import render_dataset

__all__ = ["render_all", "render_dataset"]

FIXED = ("migrations", "procedures", "views")


def render_all(datasets: dict[str, Dataset], root: Path) -> dict[str, str]:
    """Every SQL file of every database: relative path (`postgres/..`, `redshift/..`) -> text.

    `root` is the repository. Raises DeclarationError for what cannot be rendered.
    """
    texts = {
        path.relative_to(root / "sql").as_posix(): path.read_text("utf-8")
        for database in ("postgres", "redshift")
        for folder in FIXED
        for path in sorted((root / "sql" / database / folder).glob("*.sql"))
    }
    for name, dataset in sorted(datasets.items()):
        for file, text in postgres.render_dataset(dataset, root).items():
            texts[f"postgres/datasets/{name}/{file}"] = text
        for file, text in redshift.render_dataset(dataset, root).items():
            texts[f"redshift/datasets/{name}/{file}"] = text
    return texts
