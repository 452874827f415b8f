"""A load and its targets: PostgreSQL, and then Redshift where its dataset goes there too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Load = dict[str, Any]
FINAL = ("applied", "rejected", "failed", "superseded", "duplicate")
DONE = ("applied", "duplicate")
MERGED = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")
WORDS = {"waiting": "redshift waits", "running": "publishing", "failed": "redshift failed"}


def publication_of(load: Load) -> dict[str, Any] | None:
    """What is known of its way to Redshift; None where it has none, or not yet."""
    return load.get("redshift") if load["state"] == "applied" else None


def is_over(load: Load) -> bool:
    """Whether nothing more becomes of it by itself, in either target."""
    publication = publication_of(load)
    if publication is None:
        return load["state"] in FINAL
    return publication["state"] in ("applied", "failed") or bool(publication.get("held_by"))


def is_done(load: Load) -> bool:
    """Whether both targets have it, or the one that its dataset names."""
    publication = publication_of(load)
    return load["state"] in DONE and (publication is None or publication["state"] == "applied")


def state_of(load: Load) -> str:
    """Its state in both targets, in one to three words: `applied` is applied in both."""
    publication = publication_of(load)
    if publication is None:
        return str(load["state"])
    if publication["state"] == "applied":
        return "applied, redshift differs" if publication["agrees"] is False else "applied"
    return f"applied, {WORDS[publication['state']]}"


def colour_of(load: Load) -> str:
    """The colour of that state; none for what waits."""
    publication = publication_of(load) or {"state": load["state"], "agrees": None}
    if load["state"] in ("rejected", "failed") or publication["state"] == "failed":
        return "red"
    if publication["agrees"] is False:
        return "red"
    return {"applied": "green", "running": "cyan"}.get(publication["state"], "")


def differing(load: Load) -> list[str]:
    """The counts in which Redshift's merge was another than PostgreSQL's."""
    theirs = (publication_of(load) or {}).get("counts") or {}
    ours = load.get("counts") or {}
    return [name for name in MERGED if name in theirs and theirs[name] != ours.get(name)]


def standing(load: Load) -> str:
    """What a person wants to know of Redshift, as one sentence; empty where there is nothing."""
    publication = publication_of(load)
    if publication is None:
        return ""
    reason = publication.get("reason") or "no reason was noted"
    match publication["state"]:
        case "failed":
            return f"Redshift does not have it: {reason} - {_heal(load)}"
        case "running":
            return f"publishing to Redshift, attempt {publication['attempt']}"
        case "waiting" if publication.get("held_by"):
            holder = publication["held_by"][:8]
            return (
                f"Redshift does not have it: it waits behind load {holder}, whose publication"
                f" failed - `stagecoach load {holder}` says why"
            )
        case "waiting" if publication.get("reason"):
            due = f" at {moment(publication['due_at'])}" if publication.get("due_at") else ""
            return f"Redshift does not have it yet: {reason} - tried again by itself{due}"
        case "waiting" if publication.get("behind"):
            return f"waits for its turn in Redshift behind load {publication['behind'][:8]}"
        case "waiting":
            return "waits for its turn in Redshift"
    if publication["agrees"] is False:
        names = ", ".join(differing(load)) or "its counts"
        return f"Redshift has it, but differs in {names} - see docs/runbook.md"
    return "Redshift has it, and agrees"


def moment(text: str) -> str:
    """A moment of the ledger as people read it: `23:04:35 UTC`."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%H:%M:%S} UTC"


def _heal(load: Load) -> str:
    return (
        f"mend the cause, then `stagecoach publish {load['load_id'][:8]}`;"
        " what was applied after it waits for it"
    )
