"""The environment variables that make aws, psql and any client reach an environment."""

from __future__ import annotations

from urllib.parse import quote

from workbench import cloud
from workbench.aws import LOCAL, ZONES, Account
from workbench.state import State


def variables(env: str = "local") -> dict[str, str]:
    """Names and values; for `local` also how to reach the database, verified by its CA."""
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
        **_database(running, str(State.of(env).folder / "ca.pem")),
    }


def _database(running: cloud.Cloud, ca: str) -> dict[str, str]:
    servers = [one for one in running.get("databases") if one["engine"].startswith("postgres")]
    if not servers:
        return {}
    found = servers[0]
    login = f"{quote(found['user'], safe='')}:{quote(found['password'], safe='')}"
    place = f"{found['host']}:{found['port']}/{found['database']}"
    return {
        "STAGECOACH_DATABASE_URI": (
            f"postgresql://{login}@{place}?sslmode=verify-full&sslrootcert={quote(ca)}"
        ),
        "PGHOST": found["host"],
        "PGPORT": str(found["port"]),
        "PGUSER": found["user"],
        "PGPASSWORD": found["password"],
        "PGDATABASE": found["database"],
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": ca,
    }
