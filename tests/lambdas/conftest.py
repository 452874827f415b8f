"""moto's server in a thread, PostgreSQL beside it, one environment per test; where it takes a
warehouse, a local cloud with a Redshift cluster.
"""

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from stagecoach import aws
from stagecoach.settings import Warehouse
from tests.lambdas.cloud import REGION, Cloud
from tests.lambdas.glue import teach
from tests.lambdas.warehouse import House, cluster
from tests.local_cloud.conftest import forget_databases
from tests.local_cloud.running_cloud import RunningCloud, start_cloud
from tests.sql.conftest import server, world
from tests.sql.worlds import World

__all__ = ["server", "world"]
CLIENTS = (aws.s3, aws.glue, aws.sns, aws.secrets, aws.sqs, aws.redshift_data)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    teach()
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(scope="session")
def running_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    running = start_cloud(tmp_path_factory.mktemp("cloud") / "state")
    yield running
    running.stop()
    forget_databases(running.state)


def speak_to(endpoint: str, patched: pytest.MonkeyPatch) -> None:
    """Have every client of AWS, made from now on, talk to `endpoint`."""
    patched.setenv("AWS_ENDPOINT_URL", endpoint)
    patched.setenv("AWS_ACCESS_KEY_ID", "test")
    patched.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patched.setenv("AWS_DEFAULT_REGION", REGION)
    forget_clients()


def forget_clients() -> None:
    for client in CLIENTS:
        client.cache_clear()


@pytest.fixture
def cloud(endpoint: str, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    speak_to(endpoint, monkeypatch)
    yield Cloud(world)
    forget_clients()


@pytest.fixture(scope="session")
def place(running_cloud: RunningCloud) -> Iterator[Warehouse]:
    """One cluster for all tests that do not stop it."""
    with pytest.MonkeyPatch.context() as patched:
        speak_to(running_cloud.endpoint, patched)
        yield cluster("shared")


@pytest.fixture
def house(
    running_cloud: RunningCloud, place: Warehouse, world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """An environment whose dataset is published to the cluster."""
    speak_to(running_cloud.endpoint, monkeypatch)
    yield House(Cloud(world), place)
    forget_clients()
