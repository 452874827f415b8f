"""`stagecoach send`: put files into the landing zone and follow what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stagecoach.errors import SetupError
from workbench import declared
from workbench.aws import Account
from workbench.follow import PATIENCE, all_done, follow
from workbench.options import Env, Json, Patience
from workbench.output import OUT, print_json, print_line
from workbench.upload import upload_to_all


def send(
    dataset: Annotated[str, typer.Argument(help="The dataset the files belong to.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="The files to send.")],
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as the files are in the landing zone.")
    ] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Put files into the landing zone and follow their loads live; 0 when every target has all.

    A workbook whose sheets are datasets is sent to one of them and followed into all.

    Example: stagecoach send nyc_airlines airlines.csv
    """
    declared.check_name(dataset)
    for path in files:
        _check(path)
    found = declared.named(dataset)
    if found.source.mart is not None:
        raise SetupError(
            f"{dataset} is a mart, which is computed and not sent - run: stagecoach mart {dataset}"
        )
    account = Account(env)
    account.check_workflow(dataset, "nothing was sent")
    sent = [one for path in files for one in upload_to_all(account, found, path)]
    if no_wait:
        _print_sent(sent, as_json)
        return
    loads = follow(account, sent, timeout)
    if as_json:
        print_json(loads)
    else:
        for load in loads:
            print_line(load)
    if not all_done(loads):
        raise typer.Exit(1)


def _check(path: Path) -> None:
    if path.is_dir():
        raise SetupError(f"{path} is a folder, a file was wanted - name its files: {path}/*")
    try:
        path.open("rb").close()
    except FileNotFoundError as error:
        raise SetupError(f"there is no file {path} - nothing was sent") from error
    except OSError as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}) - nothing was sent") from error


def _print_sent(sent: list, as_json: bool) -> None:
    places = [one.delivery.__dict__ for one in sent]
    if as_json:
        print_json(places)
        return
    for place in places:
        OUT.print(f"sent s3://{place['bucket']}/{place['key']} version {place['version_id']}")
