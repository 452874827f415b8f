"""`stagecoach rejects ID`: the rows that a load refused."""

from __future__ import annotations

from rich.table import Table

from workbench.aws import Account
from workbench.options import Env, Json, LoadId
from workbench.output import OUT, print_json, print_table

SHOWN = ("line", "column", "rule", "found", "wanted", "raw")


def rejects(load_id: LoadId, env: Env = "local", as_json: Json = False) -> None:
    """Show refused rows: line, column, the rule they broke and the raw text.

    Example: stagecoach rejects 7f3a91c2
    """
    account = Account(env)
    found = account.ask(ask="rejects", load_id=account.load_id(load_id))
    if as_json:
        print_json(found)
    elif found:
        print_table(_table(found))
    else:
        OUT.print("this load refused no row")


def _table(found: list[dict[str, object]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in SHOWN:
        table.add_column(name, justify="right" if name == "line" else "left", overflow="fold")
    for reject in found:
        cells = (reject.get(name) for name in SHOWN)
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in cells))
    return table
