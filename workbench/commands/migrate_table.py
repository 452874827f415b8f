"""`stagecoach migrate-table DATASET`: take a whole table to Redshift, whatever brought its rows."""

from __future__ import annotations

from typing import Annotated

import typer

from stagecoach.errors import Permanent, SetupError
from workbench import declared
from workbench.aws import Account
from workbench.migrations import PATIENCE, follow, learn, line, look_again, whats_next
from workbench.options import Env, Json
from workbench.output import ERR, OUT, print_json

WAY = ("postgres", "redshift")


def migrate_table(
    dataset: Annotated[str, typer.Argument(help="The dataset whose live table goes.")],
    source: Annotated[str, typer.Option("--from", help="Where the rows are.")] = "postgres",
    target: Annotated[str, typer.Option("--to", help="Where they go.")] = "redshift",
    look: Annotated[
        bool, typer.Option("--look", help="Begin nothing; follow the one that was begun last.")
    ] = False,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Give the open one up; publications go on without it.")
    ] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Annotated[
        int, typer.Option("--timeout", help="Give up following after so many seconds.", min=1)
    ] = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Take a whole live table from PostgreSQL to Redshift; 0 only when both hold the same rows.

    For tables whose rows never came as files, or a Redshift that was lost. Loads go on meanwhile,
    and reach Redshift afterwards. After a failure run it again: it goes on where it can.

    Example: stagecoach migrate-table nyc_flights --from postgres --to redshift
    """
    if (source, target) != WAY:
        raise SetupError(
            f"found --from {source} --to {target} - there is one way: --from postgres --to redshift"
        )
    if look and abandon:
        raise SetupError("found --look and --abandon - wanted one of them")
    declared.check_name(dataset)
    account = Account(env)
    question = "abandon_migration" if abandon else "migrate_table"
    found = learn(account, dataset) if look else account.ask(ask=question, dataset=dataset)
    try:
        if not (no_wait or abandon):
            found = follow(account, found, timeout)
    except KeyboardInterrupt as stopped:
        ERR.print(f"stopped looking at the migration of {dataset}: {look_again(found)}")
        raise typer.Exit(130) from stopped
    print_json(found) if as_json else OUT.print(line(found), markup=False)
    if found["state"] in ("running", "applied") or abandon:
        return
    if as_json:
        raise typer.Exit(1)
    raise Permanent(f"{dataset} is not in Redshift: {whats_next(found)}")
