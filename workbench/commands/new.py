"""`stagecoach new`: a first declaration from a sample."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from stagecoach.declaration import load
from stagecoach.errors import DeclarationError
from workbench.options import Env, Json
from workbench.output import OUT, print_json, print_table
from workbench.state import ROOT, project

if TYPE_CHECKING:
    from workbench.scaffold.declare import Declaration

NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


def new(
    name: Annotated[str, typer.Argument(help="What the dataset will be called.")],
    sample: Annotated[
        Path,
        typer.Option("--from", help="A file such as will arrive: csv, json, jsonl, parquet, xlsx."),
    ],
    schema: Annotated[
        str | None,
        typer.Option(help="The schema of its table.", show_default="the name's first word"),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(help="The sheet of a workbook.", show_default="the first"),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where to write it.", show_default="datasets/")
    ] = None,
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Write a declaration from a sample: types, nulls, a likely key, codes that stay text.

    Example: stagecoach new runways --from runways.csv
    """
    from workbench.scaffold import declare, samples  # with pyarrow, which takes a while

    target = (folder or project() / "datasets") / f"{name}.yaml"
    if not NAME.fullmatch(name):
        raise DeclarationError(
            f"found the name {name!r} - wanted lower-case letters, digits and underscores, a "
            "letter first, at most 30"
        )
    if target.exists():
        raise DeclarationError(
            f"{target} is there already - remove it first, or choose another name"
        )
    found = declare.declare(name, samples.read(sample, sheet))
    target.parent.mkdir(parents=True, exist_ok=True)
    for_editors = os.path.relpath(ROOT / "datasets" / "schema.json", target.parent)
    text = declare.text(found, sample, schema or _schema(name), for_editors)
    target.write_text(text, "utf-8")
    load(target)
    _report(found, target, sample, as_json=as_json)


def _schema(name: str) -> str:
    first, _, rest = name.partition("_")
    return first if rest else "public"


def _report(found: Declaration, target: Path, sample: Path, *, as_json: bool) -> None:
    if as_json:
        columns = [
            {"name": each.name, "type": each.guess.type, "nullable": each.nullable,
             "from": each.source, "remark": each.guess.why}
            for each in found.columns
        ]  # fmt: skip
        print_json({"file": str(target), "columns": columns, "key": found.key, "mode": found.mode})
        return
    table = Table("column", "type", "nulls", "look at", box=None, pad_edge=False)
    for each in found.columns:
        table.add_row(
            each.name, each.guess.type, "yes" if each.nullable else "", each.guess.why or ""
        )
    print_table(table)
    for remark in found.remarks:
        OUT.print(f"\n{remark}", markup=False)
    key = ", ".join(found.key) or "none found"
    OUT.print(f"\n{target}: {len(found.columns)} columns of {found.sample.rows:,} rows, key: {key}")
    OUT.print(f"Next: look at it, then `stagecoach up` and `stagecoach send {found.name} {sample}`")
