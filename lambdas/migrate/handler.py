"""Bring the database to what this build holds; running it again changes nothing."""

from pathlib import Path
from typing import Any

from stagecoach.depot import depot
from stagecoach.migrate import migrate

SQL = Path(__file__).parent / "sql" / "postgres"


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring the database to what this build holds; running it again changes nothing."""
    with depot("migrate") as here:
        return migrate(here.ledger.connection, SQL)
