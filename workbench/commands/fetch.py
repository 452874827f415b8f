"""`stagecoach fetch`: bring a file now, or those of a range of days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from stagecoach.dataset import Dataset, Fetch
from stagecoach.errors import DeclarationError
from stagecoach.fetch import periods
from workbench import declared
from workbench.aws import Account, Delivery
from workbench.follow import PATIENCE, Followed, all_done, follow
from workbench.options import Env, Json, Patience
from workbench.output import ERR, OUT, number, print_json, print_line

Answer = dict[str, Any]


def fetch(
    dataset: Annotated[str, typer.Argument(help="A dataset with source.fetch.")],
    since: Annotated[
        str | None, typer.Option(help="The first day, month or year of a range: 2023-01.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="The last one of it.", show_default="today")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take a file that is much smaller than the last one.")
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as the files are in the landing zone.")
    ] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Fetch what the schedule fetches, now, and follow its load; 0 when all that came is loaded.

    Example: stagecoach fetch taxi_trips --since 2023-01 --until 2023-06
    """
    how = _how(declared.named(dataset))
    days = _days(how, since, until)
    account = Account(env)
    account.check_workflow(dataset, "nothing was fetched")
    answers = [_one(account, dataset, day, force=force, quiet=as_json) for day in days]
    landed = [_followed(each) for each in answers if each["outcome"] == "landed"]
    loads = [] if no_wait or not landed else follow(account, landed, timeout)
    if as_json:
        print_json({"fetched": answers, "loads": loads})
    else:
        for load in loads:
            print_line(load)
    if any(each["outcome"] == "failed" for each in answers) or not all_done(loads):
        raise typer.Exit(1)


def _how(found: Dataset) -> Fetch:
    if found.source.fetch is None:
        raise DeclarationError(
            f"datasets/{found.name}.yaml has no source.fetch - its files are sent: "
            f"stagecoach send {found.name} FILE"
        )
    return found.source.fetch


def _days(how: Fetch, since: str | None, until: str | None) -> list[date | None]:
    """The day of each file that is wanted; None: the one that the schedule is about."""
    if since is None and until is None:
        return [None]
    last = periods.read(until) if until else datetime.now(UTC).date()
    first = periods.read(since) if since else last
    found = periods.periods(how.url, first, last)
    if not found:
        raise DeclarationError(f"found the range {since} to {until} - wanted its first day first")
    return list(found)


def _one(account: Account, name: str, day: date | None, *, force: bool, quiet: bool) -> Answer:
    event = {"dataset": name, "date": day.isoformat() if day else None, "force": force}
    answer = account.invoke("fetch", event)
    if quiet:
        return answer
    if answer["outcome"] == "failed":
        ERR.print(f"[red]failed[/] {name}: ", end="")
        ERR.print(answer["reason"], markup=False)
    else:
        OUT.print(f"{answer['outcome']} {answer['key']} ({number(answer['bytes'])} bytes)")
    return answer


def _followed(answer: Answer) -> Followed:
    where = Delivery(*(answer[each] for each in ("dataset", "bucket", "key", "version_id")))
    return Followed(answer["key"], where)
