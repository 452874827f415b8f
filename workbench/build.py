"""`make build`: everything that Terraform uploads, from the sources, into build/.

Equal sources give equal bytes, and a file whose bytes did not change is not written, so Terraform
and make see only what really changed. docs/seams.md lists what is in build/.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from stagecoach import declaration
from stagecoach.dataset import Dataset
from stagecoach.declaration.batches import load_all as load_batches
from stagecoach.errors import StagecoachError
from workbench import batches, state, steps, views, zips
from workbench.zips import Files

FOLDERS = ("lambda", "glue_jobs", "datasets", "sql")  # ours alone: what is stale there goes
DRIVER = "pg8000"
FOR_JOBS = "openpyxl"  # beside the driver; no function opens a workbook


def build(root: Path, into: Path, project: Path | None = None) -> list[Path]:
    """Build the engine of `root` and what `project` declares (by default `root`) into `into`.

    Answers the files that changed.

    Raises DeclarationErrors when a dataset, a view or a step is wrong, before anything is written.
    """
    project = project or root
    datasets = declaration.load_all(project / "datasets")
    files = _files(root, datasets, _project_sql(project, datasets))
    changed = [path for name, data in files.items() if _write(path := into / name, data)]
    _remove_stale(into, set(files))
    return changed


def _project_sql(project: Path, datasets: dict[str, Dataset]) -> Files:
    """What the project's own SQL becomes: views and steps."""
    texts = views.render(views.load(project / "views", datasets), datasets)
    texts |= batches.render(load_batches(project / "batches", datasets))
    texts |= steps.render(steps.load(project / "steps", datasets))
    return {name: text.encode() for name, text in texts.items()}


def _files(root: Path, datasets: dict[str, Dataset], own: Files) -> Files:
    """Everything that build/ holds, as {relative name: bytes}; `own` is the project's SQL."""
    sql = _sql(datasets, root) | own
    shared = {**zips.tree(root / "stagecoach", "stagecoach/"), **zips.installed(DRIVER)}
    files = {f"datasets/{name}.json": one.to_json().encode() for name, one in datasets.items()}
    files |= {f"sql/{name}": text for name, text in sql.items()}
    files |= zips.tree(root / "glue_jobs", "glue_jobs/")
    files["stagecoach.zip"] = zips.pack({**shared, **zips.installed(FOR_JOBS)})
    for handler in sorted(root.glob("lambdas/*/handler.py")):
        name = handler.parent.name
        extra = {f"sql/{path}": text for path, text in sql.items()} if name == "migrate" else {}
        files[f"lambda/{name}.zip"] = zips.pack({**shared, **zips.tree(handler.parent), **extra})
    return files


def _sql(datasets: dict[str, Dataset], root: Path) -> Files:
    """The rendered SQL; jinja2 is loaded only here."""
    if find_spec("workbench.render") is None:
        return {}
    rendered: dict[str, str] = import_module("workbench.render").render_all(datasets, root)
    return {name: text.encode() for name, text in rendered.items()}


def _write(path: Path, data: bytes) -> bool:
    """Write unless the file already holds this; whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return True


def _remove_stale(into: Path, wanted: set[str]) -> None:
    for folder in FOLDERS:
        for path in sorted((into / folder).rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(into).as_posix() not in wanted:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def main() -> int:
    """Build the project; the exit code."""
    try:
        changed = build(state.ROOT, state.project() / "build", state.project())
    except StagecoachError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"build/ is up to date, {len(changed)} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
