"""Write a workbook of made-up borrowers: `python examples/borrowers/generate.py FILE [--rows 200]`.

Two sheets, as the lender's office keeps them: some names have three words or an apostrophe, some
cells are blank, ZIP codes are numbers unless they begin with a zero, and two lost theirs. Equal
seeds give equal persons.
"""

from __future__ import annotations

import argparse
import random
import uuid
from pathlib import Path
from typing import Any

from openpyxl import Workbook

ROWS, SEED = 200, 2026
FIELDS = (
    *("id", "full_name", "street", "city", "state", "zip_code"),
    *("phone_home", "phone_cell", "email"),
)
FIRST = ("Ada", "Bram", "Celia", "Dov", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jude", "Kofi")
LAST = (
    *("Alder", "Brook", "Cole", "Dune", "Elm", "Fox", "Glen", "Hale", "Marsh", "Stone", "West"),
    *("De la Cruz", "O'Hara", "D'Arcy", "van der Berg", "O' Brook"),
)
STREETS = ("Main St", "Elm Alley", "Lake Road", "Mill Way", "Park Court")
PLACES = (
    ("Waterbury", "Connecticut", 6705), ("Memphis", "Tennessee", 38104),
    ("Newark", "New Jersey", 7104), ("Boston", "Massachusetts", 2108),
    ("Huntington", "West Virginia", 25701), ("Fresno", "California", 93650),
)  # fmt: skip
DOMAINS = ("example.com", "example.org", "mail.example", "Bank.example")
ROLES = ("borrower", "co-borrower")
DAMAGED = (3, 7)  # whose ZIP code lost its zero
Person = dict[str, Any]


def people(rows: int = ROWS, seed: int = SEED) -> list[Person]:
    """Made-up persons, the same for equal seeds."""
    chance = random.Random(seed)  # noqa: S311 - nobody's secret
    return [_person(chance, number) for number in range(rows)]


def roles(persons: list[Person], seed: int = SEED) -> list[tuple[str, str]]:
    """A role for each person."""
    chance = random.Random(seed)  # noqa: S311
    return [(person["id"], chance.choice(ROLES)) for person in persons]


def write(path: Path, persons: list[Person], given: list[tuple[str, str]]) -> Path:
    """The workbook with its two sheets."""
    book = Workbook()
    for name, header, rows in (
        ("borrower", FIELDS, [tuple(person.values()) for person in persons]),
        ("role_profile", ("borrower_id", "role_profile"), given),
    ):
        sheet = book.create_sheet(name)
        for row in (header, *rows):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(path)
    return path


def _person(chance: random.Random, number: int) -> Person:
    city, state, code = PLACES[0] if number in DAMAGED else chance.choice(PLACES)
    zip_code = code if code >= 10_000 or number in DAMAGED else f"{code:05d}"
    first, last = chance.choice(FIRST), chance.choice(LAST)
    street = f"{chance.randint(1, 999)} {chance.choice(STREETS)}"
    home, cell = (f"555-{chance.randint(100, 999)}-{chance.randint(1000, 9999)}" for _ in "hc")
    email = f"{first.lower()}{number}@{chance.choice(DOMAINS)}"
    given = (first + " " + last, _some(chance, street), city, state, zip_code)
    contact = (_some(chance, home), _some(chance, cell), _some(chance, email))
    identity = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return dict(zip(FIELDS, (identity, *given, *contact), strict=True))


def _some(chance: random.Random, text: str) -> str | None:
    """Two of three cells are filled."""
    return text if chance.random() < 2 / 3 else None


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--seed", type=int, default=SEED)
    told = asked.parse_args()
    persons = people(told.rows, told.seed)
    print(write(told.file, persons, roles(persons, told.seed)))
