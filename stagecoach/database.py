"""Connections to the database: the server's certificate is verified, the secret is read once."""

from __future__ import annotations

import ssl
from functools import cache

import pg8000.dbapi
from pg8000.exceptions import DatabaseError, InterfaceError

from stagecoach import aws
from stagecoach.errors import Unavailable
from stagecoach.settings import Settings

CONNECT_SECONDS = 10
WRONG_PASSWORD = frozenset({"28P01", "28000"})
_secrets: dict[str, dict[str, str]] = {}


def connect(settings: Settings, name: str = "stagecoach") -> pg8000.dbapi.Connection:
    """Open a connection; `name` shows in pg_stat_activity. The caller closes it.

    A refused password makes the secret be read again, once: it may have been rotated.
    Raises Unavailable when the database, the secret or the CA does not answer.
    """
    arn = settings.database_secret
    if arn in _secrets:
        try:
            return _open(settings, _secrets[arn], name)
        except DatabaseError as error:
            if sqlstate(error) not in WRONG_PASSWORD:
                raise _unavailable(settings, error) from error
    _secrets[arn] = aws.read_secret(arn)
    try:
        return _open(settings, _secrets[arn], name)
    except DatabaseError as error:
        raise _unavailable(settings, error) from error


def _open(settings: Settings, secret: dict[str, str], name: str) -> pg8000.dbapi.Connection:
    try:
        connection = pg8000.dbapi.connect(
            user=secret["username"],
            password=secret["password"],
            host=settings.database_host,
            port=int(settings.database_port),
            database=settings.database_name,
            ssl_context=trust(settings.database_ca),
            timeout=CONNECT_SECONDS,
            application_name=name,
            tcp_keepalive=True,
        )
    except (InterfaceError, OSError) as error:
        raise _unavailable(settings, error) from error
    # The time limit is for connecting: a merge may take longer than any sensible socket timeout.
    connection._usock.settimeout(None)
    return connection


@cache
def trust(ca: str) -> ssl.SSLContext:
    """TLS that accepts only a certificate for the host's name, signed by the CA at `s3://..`."""
    context = ssl.create_default_context(cadata=aws.read_uri(ca).decode("ascii"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def sqlstate(error: BaseException) -> str:
    """The five characters PostgreSQL sends with an error, or an empty string."""
    said = error.args[0] if error.args else None
    return str(said.get("C", "")) if isinstance(said, dict) else ""


def message(error: BaseException) -> str:
    """The sentence PostgreSQL sends with an error."""
    said = error.args[0] if error.args else None
    return str(said.get("M", error)) if isinstance(said, dict) else str(error)


def detail(error: BaseException) -> str:
    """The detail PostgreSQL sends with an error, or an empty string."""
    said = error.args[0] if error.args else None
    return str(said.get("D", "")) if isinstance(said, dict) else ""


def position(error: BaseException) -> int:
    """The character that PostgreSQL points at in the statement, from 1; 0 where at none."""
    said = error.args[0] if error.args else None
    return int(said.get("P", 0)) if isinstance(said, dict) else 0


def _unavailable(settings: Settings, error: BaseException) -> Unavailable:
    where = f"{settings.database_host}:{settings.database_port}"
    return Unavailable(f"the database at {where} did not let us in: {message(error)}")
