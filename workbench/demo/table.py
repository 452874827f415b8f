"""What a reader sees in the live tables: plain SQL that means the same to both databases."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, Literal

import pg8000.native
from rich.table import Table

from workbench.environment import variables
from workbench.tables import table_of

Target = Literal["postgres", "redshift"]
Fingerprint = tuple[int, int]  # rows, and an order-independent hash of them
Rows = Sequence[Sequence[Any]]
TABLES = ("nyc_airlines", "nyc_airports", "nyc_flights")
# Redshift's mean of whole numbers is a whole number, so whoever asks divides.
BUSIEST = """
select
    airline.name, flight.origin, airport.name,
    count(*), sum(flight.dep_delay), count(flight.dep_delay)
from nyc.flights as flight
join nyc.airlines as airline on airline.carrier = flight.carrier
join nyc.airports as airport on airport.faa = flight.dest
group by airline.name, flight.origin, airport.name
order by count(*) desc
limit 5
"""
PARTS: dict[Target, tuple[str, ...]] = {
    "postgres": ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"),
    "redshift": tuple(
        f"STAGECOACH_REDSHIFT_{part}" for part in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")
    ),
}


def busiest_routes(target: Target) -> list[list[Any]]:
    """The five busiest routes, joined over all three tables."""
    return answer(target, BUSIEST)[1]


def routes_table(routes: Rows) -> Table:
    """The busiest routes, for people."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("airline", "from", "to"):
        table.add_column(name)
    for name in ("flights", "mean delay, min"):
        table.add_column(name, justify="right")
    for airline, origin, airport, flights, delay, delayed in routes:
        table.add_row(airline, origin, airport, f"{flights:,}", f"{delay / delayed:.1f}")
    return table


def fingerprints() -> dict[Target, dict[str, Fingerprint]]:
    """Of each database: of each dataset's table how many rows it has, and a hash of all of them."""
    with ThreadPoolExecutor(len(PARTS)) as pool:  # each server has a core of its own
        found = zip(PARTS, pool.map(_fingerprints, PARTS), strict=True)
        return dict(found)


def fingerprints_table(found: dict[Target, dict[str, Fingerprint]]) -> Table:
    """The rows of both databases side by side."""
    table = table_of("rows in")
    for target in (*found, "hash of all rows"):
        table.add_column(target, justify="right", no_wrap=True)
    for name in TABLES:
        counts, hashes = zip(*(each[name] for each in found.values()), strict=True)
        same = "equal" if len(set(hashes)) == 1 else "different"
        table.add_row(name, *(f"{count:,}" for count in counts), same)
    return table


def query(target: Target, statement: str) -> Rows:
    """The rows of one statement against a database of the local cloud."""
    return answer(target, statement)[1]


def answer(target: Target, statement: str) -> tuple[list[str], list[list[Any]]]:
    """The names and the rows of one statement."""
    where = variables("local")
    host, port, database, user, password = (where[name] for name in PARTS[target])
    connection = pg8000.native.Connection(
        user=user,
        password=password,
        host=host,
        port=int(port),
        database=database,
        ssl_context=ssl.create_default_context(cafile=where["PGSSLROOTCERT"]),
    )
    try:
        rows = [list(row) for row in connection.run(statement) or []]
        return [column["name"] for column in connection.columns or []], rows
    finally:
        connection.close()


def answer_table(names: Sequence[str], rows: Rows) -> Table:
    """Any answer, for people; numbers on the right."""
    table = table_of()
    for place, name in enumerate(names):
        is_number = any(isinstance(row[place], int | float | Decimal) for row in rows)
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(_told, row))
    return table


def _told(value: Any) -> str:
    if value is None:
        return ""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_whole or isinstance(value, Decimal) else str(value)


def _fingerprints(target: Target) -> dict[str, Fingerprint]:
    call = "()" if target == "postgres" else ""  # a function there, a view here
    found = {}
    for name in TABLES:
        asked = f"select row_count, hash_sum from etl.hash__{name}{call}"  # noqa: S608 - our names
        [[count, hashed]] = query(target, asked)
        found[name] = (int(count), int(hashed))
    return found
