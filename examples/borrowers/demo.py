"""One workbook, two sheets, eight tables: only what changed is written, and it says when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import DAMAGED, Person, people, roles, write

if TYPE_CHECKING:
    from workbench.demo.example import Demo

COUNTS = """
select
    (select count(*) from people.user_profile) as persons,
    (select count(*) from people.role_profile) as roles,
    (select count(*) from people.email) as emails,
    (select count(*) from people.address) as addresses,
    (select count(*) from people.phone_number) as phones
"""
NAMES = """
select first_name, last_name, count(*) as persons from people.user_profile
where last_name like '% %' or last_name like '%''%'
group by first_name, last_name order by first_name, last_name limit 6
"""
CHANGED = """
select person.first_name, person.last_name, kind.name as phone, held.phone_number,
    held.updated_at > held.created_at as was_changed
from people.phone_number as held
inner join people.user_profile as person using (user_id)
inner join people.phone_number_type as kind using (phone_number_type_id)
where held.phone_number = '555-000-0000'
"""


def play(demo: Demo) -> None:
    """The workbook, the same again, and one with a changed, a removed and a new cell."""
    persons = people()
    given = roles(persons)
    file = write(demo.folder / "borrowers.xlsx", persons, given)

    demo.part("One workbook is a load of each of its sheets")
    first, _ = applied(demo, file)
    demo.applied(first, warned=len(DAMAGED))
    demo.say(f"{len(DAMAGED)} ZIP codes lost their zero: counted as warned, kept as they were sent")
    demo.show(COUNTS, wanted=[expected(persons)])
    demo.part("The same workbook again: nothing is written")
    for load in applied(demo, file):
        demo.say(f"{load['dataset']}: {changes(load) or 'nothing changed'}")
    demo.part("One phone changed, one is gone")
    change(persons)
    changed, _ = applied(demo, write(demo.folder / "changed.xlsx", persons, given))
    demo.say(f"borrower: {changes(changed)}")
    demo.show(COUNTS, wanted=[expected(persons)])
    demo.show(CHANGED)
    demo.part("Names of three words, and with an apostrophe, lose nothing")
    demo.show(NAMES)


def applied(demo: Demo, file: Path) -> list[dict[str, Any]]:
    """Send the workbook; both of its loads are applied."""
    loads = demo.send(("borrower", file))
    for load in loads:
        demo.applied(load)
    return loads


def change(persons: list[Person]) -> None:
    """One cell says something else, one says nothing any more."""
    reached = [person for person in persons if person["phone_cell"]]
    reached[0]["phone_cell"] = "555-000-0000"
    reached[1]["phone_cell"] = None


def expected(persons: list[Person]) -> list[int]:
    """What the model holds of these persons."""
    phones = sum(bool(person[name]) for person in persons for name in ("phone_home", "phone_cell"))
    emails = sum(bool(person["email"]) for person in persons)
    return [len(persons), len(persons), emails, len(persons), phones]


def changes(load: dict[str, Any]) -> str:
    """What the step says that it wrote."""
    [step] = [each for each in load["steps"] if each["step"] == "after normalise"]
    return ", ".join(
        f"{table} {count} {what}"
        for table, told in sorted(step["detail"].items())
        for what, count in sorted(told.items())
        if count
    )
