"""`stagecoach rejects ID`: the rows that a load refused."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table

from workbench.aws import Account
from workbench.options import Env, Json, LoadId
from workbench.output import OUT, print_json, print_table
from workbench.quarantine import COLUMNS, all_rejects, write_csv


def rejects(
    load_id: LoadId,
    all_: Annotated[
        bool, typer.Option("--all", help="All of them, as CSV that can be mended and replayed.")
    ] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Show refused rows: line, column, the rule they broke, what was found, and the raw text.

    Example: stagecoach rejects 7f3a91c2

    Example: stagecoach rejects 7f3a91c2 --all > rejects.csv
    """
    account = Account(env)
    load_id = account.load_id(load_id)
    if all_:
        found = all_rejects(account, account.ask(ask="load", load_id=load_id))
    else:
        found = account.ask(ask="rejects", load_id=load_id)
    if as_json:
        print_json(found)
    elif all_:
        write_csv(found, sys.stdout)
    elif found:
        print_table(_table(found))
    else:
        OUT.print("this load refused no row")


def _table(found: list[dict[str, object]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name == "line" else "left", overflow="fold")
    for reject in found:
        cells = (reject.get(name) for name in COLUMNS)
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in cells))
    return table
