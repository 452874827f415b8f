"""`stagecoach replay ID`: apply a delivery, or its mended rows, again after a fix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.again import load_again
from workbench.aws import Account
from workbench.follow import PATIENCE
from workbench.options import Env, Json, LoadId, Patience
from workbench.quarantine import all_rejects, check_mended, read_mended


def replay(
    load_id: LoadId,
    rows: Annotated[
        Path | None,
        typer.Option("--rows", help="Only these mended rows, as `rejects ID --all` prints them."),
    ] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Load the same delivery again, for instance after its declaration was mended.

    With --rows only rows that it refused, mended by hand; the rest of what it applied stays.

    Example: stagecoach replay 7f3a91c2

    Example: stagecoach replay 7f3a91c2 --rows mended.csv
    """
    more = {}
    if rows is not None:
        mended, account = read_mended(rows), Account(env)
        load = account.ask(ask="load", load_id=account.load_id(load_id))
        load_id = load["load_id"]
        check_mended(mended, all_rejects(account, load), load_id)
        more = {"rows": mended}
    load_again("replay", load_id, env, timeout, as_json=as_json, no_wait=no_wait, **more)
