"""Bring the databases of an environment to what this build holds: PostgreSQL, then Redshift."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pg8000.dbapi

from stagecoach.migrate import migrate
from stagecoach.migrate_warehouse import check_warehouse, migrate_warehouse
from stagecoach.settings import Warehouse
from stagecoach.warehouse import Redshift


def deploy(
    connection: pg8000.dbapi.Connection, folder: Path, place: Warehouse | None
) -> dict[str, Any]:
    """Run the SQL of `folder` (`postgres/`, `redshift/`); again it changes nothing.

    Answers what `migrate` does, and under "warehouse" what ran in Redshift, None without one.
    Raises SetupError, before anything runs, for a dataset that wants a warehouse there is not.
    """
    check_warehouse(place, folder / "redshift")
    done = migrate(connection, folder / "postgres")
    if place is None:
        return {**done, "warehouse": None}
    return {
        **done,
        "warehouse": migrate_warehouse(connection, Redshift(place), folder / "redshift"),
    }
