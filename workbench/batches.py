"""Batches as the SQL that tells PostgreSQL of them."""

from __future__ import annotations

from collections.abc import Sequence

from stagecoach.declaration.batches import Batch
from stagecoach.declaration.batches.dates import expression, parts
from workbench.quoting import array, literal

FOLDER = "postgres/batches"
RETIRE = "000-retire.sql"  # no batch has such a name, and it comes first


def render(batches: Sequence[Batch]) -> dict[str, str]:
    """Every file: relative path -> text. The first forgets those that are not here."""
    kept = array(sorted(batch.name for batch in batches))
    said = "-- The batches of this build; what any other held back goes."
    return {
        f"{FOLDER}/{RETIRE}": f"{said}\nselect etl.retire_batches({kept});\n",
        **{f"{FOLDER}/{batch.name}.sql": _render(batch) for batch in batches},
    }


def _render(batch: Batch) -> str:
    """What makes a batch known."""
    lines = (
        f"name => {literal(batch.name)}",
        f"description => {literal(batch.description)}",
        f"members => {array(batch.members)}",
        f"pattern => {literal(batch.business_date)}",
        f"date_expression => {literal(expression(batch.business_date))}",
        f"date_parts => {array(parts(batch.business_date))}",
        f"expected => {literal(batch.expected)}",
        f"deadline_days => {batch.deadline_days}",
        f"deadline_time => {literal(batch.deadline_time)}",
    )
    told = ",\n    ".join(lines)
    return f"-- {batch.name}: {batch.description}\nselect etl.declare_batch(\n    {told}\n);\n"
