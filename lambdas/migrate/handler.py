"""Bring the databases to what this build holds; running it again changes nothing."""

from pathlib import Path
from typing import Any

from stagecoach.deploy import deploy
from stagecoach.depot import depot
from stagecoach.settings import Warehouse

SQL = Path(__file__).parent / "sql"


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring the databases to what this build holds; running it again changes nothing."""
    with depot("migrate") as here:
        return deploy(here.ledger.connection, SQL, Warehouse.read())
