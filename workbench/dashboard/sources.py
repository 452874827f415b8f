"""Where the databases are that the charts read, and whether they hold what the charts need."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pg8000.native
from pg8000.exceptions import DatabaseError, InterfaceError

from stagecoach.errors import SetupError
from workbench import cloud, environment
from workbench.state import State

DEMO = "run `make demo SYSTEM=sales`, then `make dashboard` again"
SECONDS = 15
MISSING = {"42P01": "is not there", "3F000": "is not there", "42501": "may not be read"}


class Source(StrEnum):
    """A database that the charts may read, as `dashboards/databases/` names it."""

    redshift = "Redshift"
    postgres = "PostgreSQL"


VARIABLES = {
    Source.redshift: "STAGECOACH_REDSHIFT_URI",
    Source.postgres: "STAGECOACH_DATABASE_URI",
}
PORTS = {Source.redshift: 5439, Source.postgres: 5432}


def addresses(env: str) -> dict[Source, str]:
    """The URI of each database of an environment. Raises SetupError when none is known.

    Of `local` what `stagecoach env` prints; of others what the two variables in VARIABLES say.
    """
    known: Mapping[str, str] = os.environ
    if env == "local":
        if cloud.find(State.of(env)) is None:
            raise SetupError(f"no local cloud is up, the dashboard reads its tables - {DEMO}")
        known = environment.variables(env)
    found = {source: known[name] for source, name in VARIABLES.items() if known.get(name)}
    if not found:
        raise SetupError(
            f"nothing says where the databases of {env!r} are - put the address of one into"
            f" {VARIABLES[Source.redshift]}, as in docs/dashboards.md"
        )
    return found


def chosen(found: Mapping[Source, str], source: Source) -> str:
    """The address of the database that the charts read. Raises SetupError when it has none."""
    if source not in found:
        other = next(one.name for one in Source if one != source)
        raise SetupError(
            f"this environment has no {source}, which the charts read - have them read the other"
            f" database with `--source {other}`, or set {VARIABLES[source]}"
        )
    return found[source]


def remedy(env: str, source: Source) -> str:
    """What to do about tables that cannot be read."""
    return DEMO if env == "local" else f"look into {VARIABLES[source]}"


def check(env: str, source: Source, uri: str, table: str) -> None:
    """Raises SetupError unless the table is there, may be read and has a row."""
    try:
        connection = connect(uri, PORTS[source])
        try:
            rows = connection.run(f"select 1 from {table} limit 1")  # noqa: S608 - from our assets
        finally:
            connection.close()
    except (DatabaseError, InterfaceError, OSError) as error:
        reason = _why(source, uri, table, error)
        raise SetupError(f"{reason} - {remedy(env, source)}") from None
    if not rows:
        raise SetupError(f"{table} has no rows in {source} yet - {remedy(env, source)}")


def connect(uri: str, port: int) -> pg8000.native.Connection:
    """A connection to what a libpq URI names; TLS as its `sslmode` says."""
    parts = urlsplit(uri)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return pg8000.native.Connection(
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=parts.hostname or "localhost",
        port=parts.port or port,
        database=unquote(parts.path.strip("/")),
        timeout=SECONDS,
        ssl_context=_tls(options),
    )


def _tls(options: Mapping[str, str]) -> ssl.SSLContext | None:
    if options.get("sslmode", "prefer") in ("disable", "allow", "prefer"):
        return None
    context = ssl.create_default_context(cafile=options.get("sslrootcert"))
    if options["sslmode"] != "verify-full":
        context.check_hostname = False
    if options["sslmode"] == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


def _why(source: Source, uri: str, table: str, error: Exception) -> str:
    parts = urlsplit(uri)
    told: Any = error.args[0] if error.args else error
    if isinstance(told, dict):
        if told.get("C") in MISSING:
            return f"{table} {MISSING[told['C']]} in {source}"
        told = told.get("M", told)
    return f"{source} did not answer at {parts.hostname}:{parts.port} ({told})"
