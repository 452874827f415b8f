"""A workbook of two sheets becomes a normalised model; only what changed is written."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from openpyxl import load_workbook

from stagecoach.dataset import Dataset, Limit
from tests.sql.worlds import World
from tests.systems import borrowers
from tests.systems.borrowers import counts, model, tables, versions, write_workbook
from tests.systems.pipe import Pipe

ROLES = ("borrower", "co-borrower", "guarantor")


class Sheets:
    """Both sheets of the example in one database."""

    def __init__(self, world: World) -> None:
        """Deploy."""
        self.world = world
        self.declared = borrowers.declared()
        borrowers.deploy(world)

    def send(self, file: Path, *names: str) -> list[dict]:
        """Load the sheets of a workbook, borrower first unless told otherwise."""
        wanted = names or ("borrower", "role_profile")
        return [Pipe(self.world, self.declared[name]).send(file) for name in wanted]

    def stage(self, name: str, rows: list[tuple]) -> tuple[str, dict]:
        """A load of rows that is ready to be merged."""
        load_id = self.world.arrive(name)
        attempt = self.world.own.claim(name)["attempt"]
        return load_id, self.world.stage(load_id, attempt, rows)


@pytest.fixture
def sheets(world: World) -> Sheets:
    return Sheets(world)


@pytest.fixture
def workbook(data: Path) -> Path:
    return data / "borrowers" / "borrowers.xlsx"


def person(number: int, **cells: object) -> dict:
    usual = {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "full_name": "Ada De la Cruz",
        "street": "1 Main St",
        "city": "Waterbury",
        "state": "Connecticut",
        "zip_code": "06705",
        "phone_home": "203-555-0100",
        "phone_cell": "203-555-0101",
        "email": "ada@example.com",
    }
    return {**usual, **cells}


def role(number: int, name: str = "borrower") -> tuple[str, str]:
    return str(person(number)["id"]), name


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    made = iter(range(1_000))

    def write(people: list[dict], roles: list[tuple[str, str]]) -> Path:
        return write_workbook(tmp_path / f"{next(made)}.xlsx", people, roles)

    return write


def test_the_workbook_becomes_the_model(sheets: Sheets, workbook: Path):
    loads = sheets.send(workbook)
    assert [load["state"] for load in loads] == ["applied", "applied"]
    assert [len(rows) for rows in tables(sheets.world.run).values()] == [
        1000,
        1000,
        683,
        1000,
        1461,
    ]
    assert tables(sheets.world.run) == model(*borrowers.read_workbook(workbook))
    assert sheets.world.run(
        "select (select count(*) from people.role_profile_type), "
        "(select count(*) from people.address where street is not null), "
        "(select count(*) from people.phone_number "
        "inner join people.phone_number_type using (phone_number_type_id) where name = 'home')"
    ) == [(2, 683, 683)]
    assert loads[0]["counts"]["warned"] == 2
    assert sheets.world.run(
        "select zip_code, state from people.address where length(zip_code) < 5 order by 1"
    ) == [("1114", "Massachusetts"), ("8638", "New Jersey")]


def test_a_second_run_changes_nothing(sheets: Sheets, workbook: Path):
    sheets.send(workbook)
    before = versions(sheets.world.run)
    loads = sheets.send(workbook)
    assert [load["state"] for load in loads] == ["applied", "applied"]
    assert [counts(load) for load in loads] == [{}, {}]
    assert versions(sheets.world.run) == before


def test_which_sheet_comes_first_does_not_matter(sheets: Sheets, workbook: Path):
    first, last = sheets.send(workbook, "role_profile", "borrower")
    assert counts(first) == {
        "role_profile_type": {"inserted": 2},
        "role_profile": {"waiting": 1000},
    }
    assert counts(last)["role_profile"] == {"inserted": 1000}
    assert tables(sheets.world.run) == model(*borrowers.read_workbook(workbook))


def test_names_are_kept_without_loss(sheets: Sheets, workbook: Path):
    sheets.send(workbook)
    assert sheets.world.run(
        "select count(*) from people.user_profile inner join borrowers.borrower on id = user_id "
        "where full_name <> concat_ws(' ', first_name, last_name)"
    ) == [(0,)]
    names = "select first_name, last_name from people.user_profile where "
    assert sheets.world.run(names + "first_name = 'Celestyna'") == [("Celestyna", "De la Eglise")]
    assert sheets.world.run(names + "first_name = 'Patricia' and last_name like 'O%'") == [
        ("Patricia", "O' Cloney")
    ]


def test_the_headerless_files_fill_the_same_model_and_damage_is_flagged(world: World, data: Path):
    known = [borrowers.as_csv(each) for each in borrowers.declared().values()]
    borrowers.deploy(world, *known)
    loads = [Pipe(world, each).send(data / "borrowers" / f"{each.name}.csv") for each in known]
    assert [load["state"] for load in loads] == ["applied", "applied"]
    assert loads[0]["counts"]["warned"] == 44
    assert [len(rows) for rows in tables(world.run).values()] == [1000, 1000, 683, 1000, 1461]


CELLS: list[tuple[dict, dict]] = [
    ({"phone_cell": "203-555-0199"}, {"phone_number": {"updated": 1}}),
    ({"phone_cell": None}, {"phone_number": {"deleted": 1}}),
    ({"phone_home": "  "}, {"phone_number": {"deleted": 1}}),
    ({"email": "ada@example.org"}, {"email_type": {"inserted": 1}, "email": {"updated": 1}}),
    ({"email": None}, {"email": {"deleted": 1}}),
    ({"full_name": "Ada Cruz"}, {"user_profile": {"updated": 1}}),
    ({"full_name": "Ada"}, {"user_profile": {"updated": 1}}),
    ({"street": None}, {"address": {"updated": 1}}),
    ({"zip_code": 38104}, {"address": {"updated": 1}}),
    (dict.fromkeys(("street", "city", "state", "zip_code")), {"address": {"deleted": 1}}),
]


def test_one_cell_is_one_change(sheets: Sheets, book: Callable):
    usual = book([person(1), person(2)], [role(1), role(2)])
    for cell, changed in CELLS:
        sheets.send(usual)
        people = [person(1, **cell), person(2)]
        (load,) = sheets.send(book(people, []), "borrower")
        assert (cell, counts(load)) == (cell, changed)
        assert tables(sheets.world.run) == model(people, [role(1), role(2)])


def test_what_changed_says_when_and_by_which_load(sheets: Sheets, book: Callable):
    (first,) = sheets.send(book([person(1)], []), "borrower")
    (second,) = sheets.send(book([person(1, phone_cell="1")], []), "borrower")
    said = "select created_by::text, updated_by::text, updated_at > created_at "
    assert sorted(sheets.world.run(said + "from people.phone_number"), key=str) == sorted(
        [
            (first["load_id"], first["load_id"], False),
            (first["load_id"], second["load_id"], True),
        ],
        key=str,
    )


def test_who_is_gone_takes_everything_along(sheets: Sheets, book: Callable):
    everybody = [person(number) for number in range(20)]
    roles = [role(number) for number in range(20)]
    sheets.send(book(everybody, roles))
    (load,) = sheets.send(book(everybody[1:], roles), "borrower")
    assert counts(load) == {
        "user_profile": {"deleted": 1},
        "role_profile": {"deleted": 1, "waiting": 1},
        "email": {"deleted": 1},
        "address": {"deleted": 1},
        "phone_number": {"deleted": 2},
    }
    (load,) = sheets.send(book(everybody, roles), "borrower")
    assert counts(load)["role_profile"] == {"inserted": 1}


def test_blanks_and_numbers_in_cells(sheets: Sheets, book: Callable):
    strange = person(
        1, street=" ", city="  Memphis ", zip_code=38104, email="no domain", state=None
    )
    (load,) = sheets.send(book([strange], []), "borrower")
    assert load["counts"]["warned"] == 1
    held = tables(sheets.world.run)
    assert held == model([strange], [])
    assert held["address"] == {(strange["id"], None, "Memphis", None, "38104")}
    assert held["email"] == {(strange["id"], "no domain", None)}


def test_a_sheet_that_lacks_is_refused_and_the_other_is_loaded(sheets: Sheets, tmp_path: Path):
    file = write_workbook(tmp_path / "half.xlsx", [person(1)], [role(1)])
    half = load_workbook(file)
    del half["role_profile"]
    half.save(file)
    good, bad = sheets.send(file)
    assert (good["state"], bad["state"]) == ("applied", "rejected")
    assert "wanted 'role_profile'" in bad["reason"]
    assert len(tables(sheets.world.run)["user_profile"]) == 1


def test_what_the_step_raises_is_the_reason_of_the_load(sheets: Sheets, book: Callable):
    sheets.send(book([person(1)], [role(1)]))
    sheets.world.run("alter table people.email add check (email not like '%.org')")
    before = versions(sheets.world.run)
    (load,) = sheets.send(book([person(1, email="ada@x.org", street="2")], []), "borrower")
    assert load["state"] == "rejected"
    assert load["reason"].startswith("step normalise: new row for relation")
    assert versions(sheets.world.run) == before
    assert sheets.world.run("select street from borrowers.borrower") == [("1 Main St",)]
    alerts = sheets.world.ledger().pending_alerts()
    assert load["reason"] in alerts[-1]["message"]


def test_random_sheets_in_any_order_are_the_model(sheets: Sheets):
    """Both sheets change at random, as the merge sees them; the tables follow the model."""
    borrowers.deploy(sheets.world, *map(unguarded, sheets.declared.values()))
    chance = random.Random(7)
    held: dict[str, list] = {"borrower": [], "role_profile": []}
    for _ in range(25):
        name = chance.choice(list(held))
        held[name] = people_of(chance) if name == "borrower" else roles_of(chance)
        rows = [tuple(each.values()) if name == "borrower" else each for each in held[name]]
        sheets.world.own.apply_load(*sheets.stage(name, rows))
        people, roles = held["borrower"], held["role_profile"]
        assert tables(sheets.world.run) == model(people, roles)


def unguarded(declared: Dataset) -> Dataset:
    return replace(declared, load=replace(declared.load, max_deletes=Limit()))


def people_of(chance: random.Random) -> list[dict]:
    """Some of twelve persons; each cell is one of few, so that some stay as they were."""
    words = ("Ada", "Mc", "O'", "de", "Vere", "Bo  Li")
    cells: dict[str, tuple] = {
        "street": (None, "1 Main St", " ", "2 Main St"),
        "zip_code": ("06705", "6705", None),
        "phone_home": (None, "1", "2"),
        "phone_cell": (None, "1", ""),
        "email": (None, "a@X.com", "a@x.com", "b@y.org", "a@b@c", "nobody", "a@"),
    }
    return [
        person(
            number,
            full_name=" ".join(chance.choices(words, k=chance.randint(1, 4))),
            **{name: chance.choice(values) for name, values in cells.items()},
        )
        for number in chance.sample(range(12), chance.randint(0, 12))
    ]


def roles_of(chance: random.Random) -> list[tuple[str, str]]:
    every = [role(number, name) for number in range(12) for name in ROLES]
    return sorted(chance.sample(every, chance.randint(0, 20)))


def test_both_sheets_at_once(sheets: Sheets):
    people = [person(number) for number in range(300)]
    roles = [role(number) for number in range(300)]
    begun = [
        sheets.stage("borrower", [tuple(each.values()) for each in people]),
        sheets.stage("role_profile", roles),
    ]
    threads = [Thread(target=sheets.world.ledger().apply_load, args=each) for each in begun]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [load["state"] for load in sheets.world.own.loads()] == ["applied", "applied"]
    assert tables(sheets.world.run) == model(people, roles)
