"""What COPY refused, as a person wants to hear it."""

from __future__ import annotations

from typing import Any

from stagecoach.batch import LOAD_ERROR, LOAD_VALUE
from stagecoach.errors import StagecoachError
from stagecoach.log import log
from stagecoach.warehouse import Redshift


def why_copy_refused(redshift: Redshift, load_id: str, dataset: str, patience: float) -> str | None:
    """One sentence where Redshift kept an error of COPY about this load's files; else None.

    Never raises: whoever asks has Redshift's first words already.
    """
    try:
        found = redshift.ask(LOAD_ERROR, patience, load_id=load_id)
        return _explained(redshift, load_id, dataset, found[0], patience) if found else None
    except StagecoachError as error:
        log("no details", load_id=load_id, dataset=dataset, error=str(error))
        return None


def _explained(
    redshift: Redshift, load_id: str, dataset: str, found: dict[str, Any], patience: float
) -> str:
    """File, line, column, value where Redshift tells it, rule, what to do."""
    length = f"({found['column_length']})" if found["column_length"] else ""
    value = ""
    if redshift.place.cluster:
        told = redshift.ask(LOAD_VALUE, patience, load_id=load_id)
        value = next((f" is {row['raw_field_value']!r}," for row in told), "")
    column = f"column {found['column_name']}{value} of type {found['column_type']}{length}"
    do = (
        f"give the column more bytes in datasets/{dataset}.yaml and deploy"
        if "length" in str(found["error_message"]).lower()
        else "deploy again, so that the tables in Redshift are as declared"
    )
    return (
        f"COPY refused {found['file_name']}, line {found['line_number']}: {column}: "
        f"{found['error_message']} - {do}"
    )
