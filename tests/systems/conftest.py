"""PostgreSQL and the declarations of real systems; their data is in ../shared/data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stagecoach.declaration import load
from tests.sql.conftest import server, world
from tests.sql.worlds import World
from tests.systems.pipe import Pipe

__all__ = ["server", "world"]
DATA = Path(__file__).parents[3] / "shared" / "data"
DATASETS = Path(__file__).parent / "datasets"


@pytest.fixture
def pipe(world: World) -> Callable[[str], Pipe]:
    """A function that deploys a declaration."""

    def made(name: str) -> Pipe:
        declared = load(DATASETS / f"{name}.yaml")
        world.deploy(declared)
        return Pipe(world, declared)

    return made


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the shared test data is not at {DATA}")
    return DATA
