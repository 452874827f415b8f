"""The environment variables that make aws, psql and any client reach an environment."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from workbench import cloud
from workbench.aws import LOCAL, ZONES, Account
from workbench.state import State


def variables(env: str = "local") -> dict[str, str]:
    """Names and values; for `local` also how to reach both databases, verified by their CA."""
    buckets = {f"STAGECOACH_{zone.upper()}": Account(env).bucket(zone) for zone in ZONES}
    if env != "local":
        return {"STAGECOACH_ENV": env, **buckets}
    running = cloud.required(State.of(env))
    return {
        "STAGECOACH_ENV": env,
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_ACCESS_KEY_ID": LOCAL["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": LOCAL["aws_secret_access_key"],
        "AWS_REGION": LOCAL["region_name"],
        "AWS_DEFAULT_REGION": LOCAL["region_name"],
        **buckets,
        **_databases(running, str(State.of(env).folder / "ca.pem")),
    }


def _databases(running: cloud.Cloud, ca: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for server in running.get("databases"):
        redshift = server["engine"].startswith("redshift")
        told = _redshift(server, ca) if redshift else _postgres(server, ca)
        found = {**told, **found}
    return found


def _postgres(server: dict[str, Any], ca: str) -> dict[str, str]:
    return {
        "STAGECOACH_DATABASE_URI": _uri(server, ca),
        "PGHOST": server["host"],
        "PGPORT": str(server["port"]),
        "PGUSER": server["user"],
        "PGPASSWORD": server["password"],
        "PGDATABASE": server["database"],
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": ca,
    }


def _redshift(server: dict[str, Any], ca: str) -> dict[str, str]:
    """For psql and for clients that want each part by itself, such as redshift_connector."""
    parts = ("host", "port", "database", "user", "password")
    single = {f"STAGECOACH_REDSHIFT_{part.upper()}": str(server[part]) for part in parts}
    return {"STAGECOACH_REDSHIFT_URI": _uri(server, ca), **single}


def _uri(server: dict[str, Any], ca: str) -> str:
    """What psql and any libpq client takes; the certificate is the local cloud's own."""
    login = f"{quote(server['user'], safe='')}:{quote(server['password'], safe='')}"
    place = f"{server['host']}:{server['port']}/{server['database']}"
    return f"postgresql://{login}@{place}?sslmode=verify-full&sslrootcert={quote(ca)}"
