"""`stagecoach load ID`: everything about one load."""

from __future__ import annotations

from typing import Any

from workbench.aws import Account
from workbench.options import Env, Json, LoadId
from workbench.output import (
    OUT,
    equation,
    number,
    print_json,
    print_line,
    print_table,
    short,
)
from workbench.publications import note_holder
from workbench.tables import targets_table
from workbench.targets import Load, publication_of, standing
from workbench.timing import steps_table

AFTER = "after "  # what the name of a step of steps/ begins with in the ledger


def load(load_id: LoadId, env: Env = "local", as_json: Json = False) -> None:
    """Show one load: state, reason, the time of each step, drift, and what each target counted.

    Example: stagecoach load last
    """
    account = Account(env)
    found = account.ask(ask="load", load_id=account.load_id(load_id))
    note_holder(account, found)
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
    OUT.print(f"received {found['received_at']}  ended {found['ended_at'] or 'not yet'}")
    for name, told in (found.get("inputs") or {}).items():
        loads = f"{number(told['loads'])} load{'' if told['loads'] == 1 else 's'}"
        OUT.print(f"input    {name}: {loads}, the newest is {short(told['newest'])}")
    for sentence in publication_lines(found):
        OUT.print(sentence, markup=False)
    OUT.print()
    if found.get("steps"):
        print_table(steps_table([found]))
        OUT.print()
    for sentence in drift_lines(found):
        OUT.print(sentence, markup=False)
    for sentence in step_lines(found):
        OUT.print(sentence, markup=False)
    if publication_of(found):
        print_table(targets_table(found))
        OUT.print()
    for sentence in equation(found):
        OUT.print(sentence)
    if found.get("holds") is not None:
        OUT.print(f"the equation {'holds' if found['holds'] else '[red]does not hold[/]'}")
    if sentence := standing(found):
        OUT.print(sentence, markup=False)


def publication_lines(load: Load) -> list[str]:
    """When Redshift got it and by which statement of the Data API; none where it does not."""
    publication = publication_of(load)
    if publication is None:
        return []
    tried, ended = publication["attempt"], publication.get("ended_at") or "not yet"
    lines = [f"redshift {publication['state']}  attempt {tried}  ended {ended}"]
    if publication.get("statement_id"):
        lines.append(f"         statement {publication['statement_id']}")
    return lines


def drift_lines(load: Load) -> list[str]:
    """How the columns of the file differed from the declaration, one sentence each."""
    told = load.get("drift") or []
    return [f"column {each['column']} {each['change']}: {each['detail']}" for each in told]


def step_lines(load: Load) -> list[str]:
    """What the dataset's own steps say that they changed, one sentence for each."""
    steps = load.get("steps") or []
    told = {each["step"]: each.get("detail") for each in steps if each["step"].startswith(AFTER)}
    return [f"{name}: {_changes(detail)}" for name, detail in told.items() if detail]


def _changes(counts: dict[str, Any]) -> str:
    """`email 1 updated, address 2 inserted 1 deleted`; what a procedure says in other words, so."""
    said = [f"{name} {text}" for name, told in counts.items() if (text := _change(told))]
    return ", ".join(said) or "nothing changed"


def _change(told: object) -> str:
    if not isinstance(told, dict):
        return str(told)
    return " ".join(f"{number(count)} {what}" for what, count in told.items() if count)
