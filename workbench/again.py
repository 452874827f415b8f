"""Ask for a load once more and show how it goes: `replay`, `approve` and `publish`."""

from __future__ import annotations

from typing import Any

import typer

from workbench.aws import Account
from workbench.follow import Followed, all_done, follow
from workbench.output import OUT, print_json, print_line, short
from workbench.targets import state_of


def load_again(
    verb: str,
    load_id: str,
    env: str,
    timeout: float,
    *,
    as_json: bool,
    no_wait: bool,
    **more: Any,
) -> None:
    """Ask the ledger to `verb` a load (with `more` in the question), follow what it answers.

    Ends the command with code 1 unless every target came to have that load.
    """
    account = Account(env)
    begun = account.ask(ask=verb, load_id=account.load_id(load_id), **more)
    again = account.ask(ask="load", load_id=begun["load_id"])
    if not no_wait:
        title = f"{again['dataset']} {again['key']}"
        [again] = follow(account, [Followed(title, load=again)], timeout)
    if as_json:
        print_json(again)
    elif no_wait:
        OUT.print(f"load {short(again['load_id'])} is {state_of(again)}")
    else:
        print_line(again)
    if not no_wait and not all_done([again]):
        raise typer.Exit(1)
