"""PostgreSQL and the declarations of examples/; the data of real systems is ../shared/data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stagecoach.declaration import load
from tests.projects import DECLARATIONS
from tests.sql.conftest import server, world
from tests.sql.worlds import World
from tests.systems.pipe import Pipe

__all__ = ["server", "world"]
DATA = Path(__file__).parents[3] / "shared" / "data"
DATASETS = {path.stem: path for path in DECLARATIONS}


@pytest.fixture
def pipe(world: World) -> Callable[[str], Pipe]:
    """A function that deploys a declaration of an example."""

    def made(name: str) -> Pipe:
        declared = load(DATASETS[name])
        world.deploy(declared)
        return Pipe(world, declared)

    return made


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the shared test data is not at {DATA}")
    return DATA
