"""moto's server in a thread, PostgreSQL beside it, one environment per test."""

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from stagecoach import aws
from tests.lambdas.cloud import REGION, Cloud
from tests.lambdas.glue import teach
from tests.sql.conftest import server, world
from tests.sql.worlds import World

__all__ = ["server", "world"]
CLIENTS = (aws.s3, aws.glue, aws.sns, aws.secrets)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    teach()
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def cloud(endpoint: str, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for client in CLIENTS:
        client.cache_clear()
    yield Cloud(world)
    for client in CLIENTS:
        client.cache_clear()
