"""The model of examples/borrowers as Python has it, and its tables as PostgreSQL has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from stagecoach.dataset import Csv, Dataset
from stagecoach.declaration import load_all
from stagecoach.migrate import migrate
from tests.sql.worlds import World, write_sql
from workbench import steps

PROJECT = Path(__file__).resolve().parents[2] / "examples" / "borrowers"
FIELDS = (
    *("id", "full_name", "street", "city", "state", "zip_code"),
    *("phone_home", "phone_cell", "email"),
)
TABLES = {
    "user_profile": "select user_id::text, first_name, last_name from people.user_profile",
    "role_profile": "select user_id::text, name from people.role_profile "
    "inner join people.role_profile_type using (role_profile_type_id)",
    "email": "select user_id::text, email, domain from people.email "
    "left join people.email_type using (email_type_id)",
    "address": "select user_id::text, street, city, state, zip_code from people.address",
    "phone_number": "select user_id::text, name, phone_number from people.phone_number "
    "inner join people.phone_number_type using (phone_number_type_id)",
}
Person = Mapping[str, Any]
Role = tuple[str, str]
Model = dict[str, set[tuple[Any, ...]]]
Run = Callable[[str], Iterable[Sequence[Any]]]


def declared() -> dict[str, Dataset]:
    """Both datasets of the example."""
    return load_all(PROJECT / "datasets")


def as_csv(dataset: Dataset) -> Dataset:
    """The same dataset as a headerless CSV of its own brings it."""
    source = replace(dataset.source, format="csv", csv=Csv(header=False))
    return replace(dataset, source=replace(source, prefix=f"{dataset.name}/"))


def deploy(world: World, *datasets: Dataset) -> None:
    """Migrate to the example's datasets and its step."""
    known = {each.name: each for each in datasets} or declared()
    target = write_sql(world.folder, *known.values())
    for path, text in steps.render(steps.load(PROJECT / "steps", known)).items():
        (target.parent / path).parent.mkdir(exist_ok=True)
        (target.parent / path).write_text(text)
    migrate(world.connect(), target)


def model(people: Iterable[Person], roles: Iterable[Role]) -> Model:
    """What the tables hold when the sheets hold these rows, said once more in another language."""
    wanted: Model = {name: set() for name in TABLES}
    known = set()
    for person in people:
        at = {name: written(person[name]) for name in FIELDS}
        known.add(at["id"])
        first, _, rest = str(at["full_name"]).partition(" ")
        wanted["user_profile"].add((at["id"], first, written(rest)))
        if at["email"]:
            domain = at["email"].rpartition("@")[2].lower() if "@" in at["email"] else None
            wanted["email"].add((at["id"], at["email"], domain or None))
        place = tuple(at[name] for name in ("street", "city", "state", "zip_code"))
        if any(place):
            wanted["address"].add((at["id"], *place))
        for kind in ("home", "cell"):
            if at[f"phone_{kind}"]:
                wanted["phone_number"].add((at["id"], kind, at[f"phone_{kind}"]))
    wanted["role_profile"] = {(who, what) for who, what in roles if who in known}
    return wanted


def written(cell: Any) -> str | None:
    """A cell without blanks around it; None where nothing else is left."""
    return (str(cell).strip() or None) if cell is not None else None


def tables(run: Run) -> Model:
    """What the tables hold; `run` answers the rows of a statement."""
    return {name: {tuple(row) for row in run(query)} for name, query in TABLES.items()}


def versions(run: Run) -> dict[str, list[tuple[Any, ...]]]:
    """Which transaction wrote each row of the model, and all that it holds, times included."""
    names = [*TABLES, "role_profile_type", "email_type", "phone_number_type"]
    query = "select xmin::text, to_jsonb(row)::text from people.{} as row order by 2"
    return {name: [tuple(row) for row in run(query.format(name))] for name in names}


def counts(load: dict) -> dict[str, dict[str, int]]:
    """What the step says that it changed, without the zeros."""
    (step,) = [each for each in load["steps"] if each["step"] == "after normalise"]
    told = {
        name: {what: count for what, count in table.items() if count}
        for name, table in step["detail"].items()
    }
    return {name: changed for name, changed in told.items() if changed}


def write_workbook(path: Path, people: Iterable[Person], roles: Iterable[Role]) -> Path:
    """The two sheets as their sender writes them."""
    book = Workbook()
    book.remove(book.active)
    sheet = book.create_sheet("borrower")
    sheet.append(FIELDS)
    for person in people:
        sheet.append([person[name] for name in FIELDS])
    sheet = book.create_sheet("role_profile")
    sheet.append(("borrower_id", "role_profile"))
    for role in roles:
        sheet.append(role)
    book.save(path)
    return path


def read_workbook(path: Path) -> tuple[list[dict[str, Any]], list[Role]]:
    """People and roles of a workbook, as openpyxl reads them."""
    book = load_workbook(path, read_only=True)
    people = list(book["borrower"].iter_rows(min_row=2, values_only=True))
    roles = list(book["role_profile"].iter_rows(min_row=2, values_only=True))
    return [dict(zip(FIELDS, row, strict=True)) for row in people], [(a, b) for a, b in roles]
