"""`stagecoach mart NAME`: compute a mart now, due or not."""

from __future__ import annotations

from typing import Annotated

import typer

from stagecoach.errors import SetupError
from workbench import declared
from workbench.aws import Account
from workbench.follow import PATIENCE, Followed, all_done, follow
from workbench.options import Env, Json, Patience
from workbench.output import OUT, print_json, print_line, short
from workbench.targets import state_of


def mart(
    dataset: Annotated[str, typer.Argument(help="A dataset with source.sql.")],
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as the build is asked for.")
    ] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Compute a mart of its inputs as they are now, and follow it; an open build is followed.

    Marts whose inputs have news are computed by themselves.

    Example: stagecoach mart weekly_sales
    """
    if declared.named(dataset).source.mart is None:
        raise SetupError(
            f"{dataset} is no mart, its files are sent - run: stagecoach send {dataset} FILE"
        )
    account = Account(env)
    account.check_workflow(dataset, "nothing was computed")
    load = account.ask(ask="mart", dataset=dataset)
    if not no_wait:
        [load] = follow(account, [Followed(dataset, load=load)], timeout)
    if as_json:
        print_json(load)
    elif no_wait:
        OUT.print(f"load {short(load['load_id'])} is {state_of(load)}")
    else:
        print_line(load)
    if not no_wait and not all_done([load]):
        raise typer.Exit(1)
