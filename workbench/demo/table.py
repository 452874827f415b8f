"""What a reader sees in the live tables: plain SQL over a verified connection."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any

import pg8000.native
from rich.table import Table

from workbench.environment import variables

BUSIEST = """
select airline.name, flight.origin, airport.name, count(*), round(avg(flight.dep_delay), 1)
from nyc.flights as flight
join nyc.airlines as airline on airline.carrier = flight.carrier
join nyc.airports as airport on airport.faa = flight.dest
group by airline.name, flight.origin, airport.name
order by count(*) desc
limit 5
"""


def busiest_routes() -> Table:
    """The five busiest routes, joined over all three tables."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("airline", "from", "to"):
        table.add_column(name)
    for name in ("flights", "mean delay, min"):
        table.add_column(name, justify="right")
    for airline, origin, airport, flights, delay in query(BUSIEST):
        table.add_row(airline, origin, airport, f"{flights:,}", str(delay))
    return table


def count_flights() -> int:
    """How many rows the live table of flights has."""
    return int(query("select count(*) from nyc.flights")[0][0])


def query(statement: str) -> Sequence[Sequence[Any]]:
    """The rows of one statement against the local cloud's database."""
    where = variables("local")
    connection = pg8000.native.Connection(
        user=where["PGUSER"],
        password=where["PGPASSWORD"],
        host=where["PGHOST"],
        port=int(where["PGPORT"]),
        database=where["PGDATABASE"],
        ssl_context=ssl.create_default_context(cafile=where["PGSSLROOTCERT"]),
    )
    try:
        return connection.run(statement) or []
    finally:
        connection.close()
