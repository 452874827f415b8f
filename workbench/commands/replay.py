"""`stagecoach replay ID`: apply a delivery again after a fix."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.aws import Account
from workbench.follow import PATIENCE, Followed, all_done, follow
from workbench.options import Env, Json, LoadId, Patience
from workbench.output import OUT, print_json, print_line, short


def replay(
    load_id: LoadId,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Load the same delivery again, for instance after its declaration was mended.

    Example: stagecoach replay 7f3a91c2
    """
    account = Account(env)
    begun = account.ask(ask="replay", load_id=account.load_id(load_id))
    again = account.ask(ask="load", load_id=begun["load_id"])
    if not no_wait:
        title = f"{again['dataset']} {again['key']}"
        [again] = follow(account, [Followed(title, load=again)], timeout)
    if as_json:
        print_json(again)
    elif no_wait:
        OUT.print(f"load {short(again['load_id'])} is {again['state']}")
    else:
        print_line(again)
    if not no_wait and not all_done([again]):
        raise typer.Exit(1)
