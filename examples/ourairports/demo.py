"""Three files that are published whole every morning: only what changed touches the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generate import CHANGES, ROWS, header_only, mornings, with_noise

if TYPE_CHECKING:
    from workbench.demo.example import Demo

NAMED = """
select iso_country, continent, min(local_code) as first_code, min(name) as a_name, count(*) as regions
from ourairports.regions group by iso_country, continent order by iso_country
"""  # noqa: E501 - one thing


def play(demo: Demo) -> None:
    """Two mornings, the same again, a header without rows, and digits that mean nothing."""
    first, second = mornings(demo.folder)
    is_new = demo.is_new("regions")

    demo.part("The first morning: three files")
    for load in demo.send(*first.items()):
        demo.applied(load, **({"inserted": ROWS[load["dataset"]]} if is_new else {}))
    demo.part("The next morning: only what changed")
    for load in demo.send(*second.items()):
        inserted, updated, deleted = CHANGES[load["dataset"]]
        demo.applied(load, inserted=inserted, updated=updated, deleted=deleted)
    demo.part("A night without rows: the guard keeps the table")
    refuse(demo, header_only(second["regions"], demo.folder / "empty"))
    demo.part("A day on which positions had twice as many digits: nothing changed")
    noisy = with_noise(second["runways"], demo.folder / "noisy")
    for load in demo.send(("runways", noisy), ("regions", second["regions"])):
        demo.applied(load, inserted=0, updated=0, deleted=0)
    demo.part("NA is a continent, codes keep their zeros, names their letters")
    demo.show(NAMED)


def refuse(demo: Demo, empty: Path) -> None:
    """Send a file without rows, which must not get through."""
    [load] = demo.send(("regions", empty))
    demo.refused(load, "(100.0 %)")
