"""A misbehaving server, and S3 and SNS as moto serves them."""

from collections.abc import Iterator

import boto3
import pytest

from stagecoach.dataset import Column, Dataset, Fetch, Load, PostgresTarget, Source
from stagecoach.settings import Settings
from tests.fetch.misbehaving import Misbehaving, serve
from tests.lambdas.conftest import endpoint, forget_clients, speak_to

__all__ = ["endpoint"]
NUMBERS = iter(range(1_000_000))


@pytest.fixture(scope="session")
def server() -> Iterator[Misbehaving]:
    with serve() as site:
        yield site


@pytest.fixture
def site(server: Misbehaving) -> Misbehaving:
    server.acts.clear()
    server.asked.clear()
    return server


@pytest.fixture
def settings(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    speak_to(endpoint, monkeypatch)
    name = f"fetch{next(NUMBERS)}"
    s3 = boto3.client("s3")
    for zone in ("landing", "artefacts"):
        s3.create_bucket(Bucket=f"{name}-{zone}")
    s3.put_bucket_versioning(
        Bucket=f"{name}-landing", VersioningConfiguration={"Status": "Enabled"}
    )
    topic = boto3.client("sns").create_topic(Name=name)["TopicArn"]
    zones = (f"{name}-{zone}" for zone in ("landing", "pinned", "clean", "rejected", "artefacts"))
    yield Settings(name, *zones, "host", "5432", "db", "secret", "ca", topic)
    forget_clients()


def runways(url: str, **how: object) -> Dataset:
    """A dataset whose file is fetched."""
    return Dataset(
        name="runways",
        description="Runways",
        source=Source("runways/", fetch=Fetch(url, "rate(1 day)", **how)),
        columns=(Column("id", "bigint", "id"), Column("surface", "text", "surface")),
        load=Load("snapshot"),
        postgres=PostgresTarget("aviation", "runways"),
        key=("id",),
    )
