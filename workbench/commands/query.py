"""`stagecoach query NAME|FILE.sql`: ask what Athena reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from stagecoach.declaration import load_all
from stagecoach.declaration.problems import did_you_mean
from stagecoach.errors import SetupError
from workbench import cloud, queries
from workbench.aws import Account
from workbench.options import Env, Json
from workbench.output import OUT, number, print_json, print_table
from workbench.queries import Answer, Query
from workbench.state import State, project


def query(
    name: Annotated[
        str, typer.Argument(help="A query of queries/, or a file.", metavar="NAME|FILE.sql")
    ],
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Ask the catalogue's tables: on AWS Athena, here Spark, where the catalogue says.

    Example: stagecoach query flights_by_airline
    """
    found = _find(name)
    answer = _here(found) if env == "local" else _there(found, env)
    if as_json:
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
        return
    shown = Table(*answer.columns)
    for row in answer.rows:
        shown.add_row(*("" if value is None else str(value) for value in row))
    print_table(shown)
    OUT.print(_cost(answer))


def _find(name: str) -> Query:
    """A query as it was written. Raises SetupError when there is none, DeclarationErrors when it
    is wrong.
    """
    folder = project() / "queries"
    path = Path(name) if name.endswith(".sql") else folder / f"{name}.sql"
    if not path.is_file():
        named = sorted(each.stem for each in folder.glob("*.sql"))
        hint = did_you_mean(name, named) or f" - there are {', '.join(named) or 'none'}"
        raise SetupError(f"there is no query {name!r} in {folder}{hint}")
    return queries.read(path, load_all(project() / "datasets"))


def _here(found: Query) -> Answer:
    from workbench.queries import local  # with pyspark

    account = Account("local")
    root = Path(cloud.required(State.of("local")).get("health")["s3_root"])
    return local.ask(account.client("glue"), "stagecoach_local", root, found)


def _there(found: Query, env: str) -> Answer:
    from workbench.queries import athena

    return athena.ask(Account(env).client("athena"), env, found.text)


def _cost(answer: Answer) -> str:
    rows = f"{number(len(answer.rows))} rows"
    return rows if answer.scanned is None else f"{rows}, {number(answer.scanned)} bytes of files"
