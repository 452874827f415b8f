"""`stagecoach batches [NAME]`: how the members of each business date stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from workbench.aws import Account
from workbench.options import Env, Json
from workbench.output import OUT, print_json, print_table, short
from workbench.tables import table_of

COLOURS = {"applied": "green", "open": "yellow", "complete": "cyan"}


def batches(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    limit: Annotated[
        int, typer.Option(help="At most so many business dates, the newest first.", min=1)
    ] = 10,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Show the business dates of batches: who is there, what is missing, until when.

    Example: stagecoach batches daily_sales
    """
    found = Account(env).ask(ask="batches", batch=name, limit=limit)
    if as_json:
        print_json(found)
    elif not found:
        OUT.print("there are no batches - batches/<name>.yaml declares one")
    for batch in [] if as_json else found:
        _show(batch)


def _show(batch: dict[str, Any]) -> None:
    deadline = batch["deadline"]
    OUT.print(
        f"{batch['name']}  {batch['description']}\n"
        f"expected {batch['expected']}, until {deadline['time']} UTC "
        f"{after(deadline['days'])}",
        markup=False,
    )
    if not batch["days"]:
        OUT.print("no file has come yet")
        return
    table = table_of("business date", "state", "due (UTC)", *batch["members"])
    for day in batch["days"]:
        state = f"[{COLOURS.get(day['state'], 'white')}]{day['state']}[/]"
        members = (_member(each) for each in day["members"])
        table.add_row(day["business_date"], state, moment(day["deadline"]), *members)
    print_table(table)
    for day in batch["days"]:
        for sentence in sentences(day):
            OUT.print(sentence, markup=False)


def _member(member: dict[str, Any]) -> str:
    return escape(f"{member['state']} {short(member['load_id'])}" if member["load_id"] else "-")


def sentences(day: dict[str, Any]) -> list[str]:
    """What there is to say of a business date: what lacks, how late it was."""
    date = day["business_date"]
    said = [f"{date} lacks {each['dataset']}: {each['said']}" for each in day["missing"]]
    if day["late_minutes"]:
        said.append(f"{date} was complete, {day['late_minutes']} minutes late")
    if day["state"] == "skipped":
        said.append(f"{date} was skipped: a later date was applied before it was whole")
    if day["alerted"] and day["missing"]:
        said.append(f"{date} is past its deadline, and somebody was told")
    return said


def after(days: int) -> str:
    """A number of days after the business date, in words."""
    return {0: "of the same day", 1: "of the next day"}.get(days, f"{days} days later")


def moment(text: str) -> str:
    """A moment as the ledger writes it, to the minute."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
