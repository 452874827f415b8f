"""`stagecoach load ID`: everything about one load."""

from __future__ import annotations

from workbench.aws import Account
from workbench.options import Env, Json, LoadId
from workbench.output import (
    OUT,
    Load,
    equation,
    number,
    print_json,
    print_line,
    print_table,
    short,
    steps_table,
)


def load(load_id: LoadId, env: Env = "local", as_json: Json = False) -> None:
    """Show one load: its state, reason and counts, the time of each step, drift, the equation.

    Example: stagecoach load last
    """
    account = Account(env)
    found = account.ask(ask="load", load_id=account.load_id(load_id))
    if as_json:
        print_json(found)
        return
    print_line(found)
    OUT.print(f"\nload     {found['load_id']}  attempt {found['attempt']}")
    OUT.print(f"file     {found['key']}  version {found['version_id']}", markup=False)
    if found.get("mends"):
        count, mended = len(found["mended_lines"]), short(found["mends"])
        rows = "row" if count == 1 else "rows"
        OUT.print(f"mends    {number(count)} {rows} that load {mended} refused")
    OUT.print(f"received {found['received_at']}  ended {found['ended_at'] or 'not yet'}\n")
    if found.get("steps"):
        print_table(steps_table([found]))
        OUT.print()
    for sentence in drift_lines(found):
        OUT.print(sentence, markup=False)
    for sentence in equation(found):
        OUT.print(sentence)
    if found.get("holds") is not None:
        OUT.print(f"the equation {'holds' if found['holds'] else '[red]does not hold[/]'}")


def drift_lines(load: Load) -> list[str]:
    """How the columns of the file differed from the declaration, one sentence each."""
    told = load.get("drift") or []
    return [f"column {each['column']} {each['change']}: {each['detail']}" for each in told]
