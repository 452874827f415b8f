"""What the demo claims of a load; a claim that is not true ends it."""

from __future__ import annotations

from typing import Any

from stagecoach.errors import StagecoachError
from workbench.targets import Load, differing, publication_of, standing

COUNTS = ("inserted", "updated", "deleted", "unchanged")


class BrokenClaimError(StagecoachError):
    """A count of the demo is not what it must be."""


def claim(load: Load, expected: dict[str, int] | None = None, *, is_published: bool = True) -> None:
    """Check the counts of an applied load; None expects only that every row is accounted for.

    Raises BrokenClaimError, also when it `is_published` and Redshift does not have it or counted
    anything else.
    """
    if load["state"] != "applied":
        raise BrokenClaimError(
            f"load {load['load_id']} of {load['dataset']} is {load['state']}: {load['reason']}"
        )
    if not load["holds"]:
        raise BrokenClaimError(
            f"load {load['load_id']}: its counts do not add up, see `stagecoach load`"
        )
    if expected is not None:
        for name in COUNTS:
            check(load["counts"][name], expected.get(name, 0), f"{load['dataset']}: {name}")
    if is_published:
        _claim_published(load)


def check(found: Any, wanted: Any, what: str) -> None:
    """Raises BrokenClaimError unless both are the same."""
    if found != wanted:
        raise BrokenClaimError(f"{what} is {_told(found)}, it must be {_told(wanted)}")


def _claim_published(load: Load) -> None:
    publication = publication_of(load)
    if publication is None or publication["state"] != "applied":
        raise BrokenClaimError(
            f"load {load['load_id']} of {load['dataset']} is not in Redshift: "
            + (standing(load) or "it was not published")
        )
    for name in differing(load):
        what = f"{load['dataset']}: {name} in Redshift"
        check(publication["counts"][name], load["counts"][name], what)


def _told(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
