"""One local Spark for all tests of frames, and short ways to judge a few lines with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from stagecoach.frames.files.reading import Look
from stagecoach.frames.jdbc import find_driver
from stagecoach.frames.session import start
from tests.frames.judge import Judge
from tests.sql.conftest import server, world  # noqa: F401 - fixtures

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session, _ = start("tests", find_driver())
    yield session
    session.stop()


@pytest.fixture
def judge(spark: SparkSession, tmp_path: Path) -> Judge:
    return Judge(spark, tmp_path)


@pytest.fixture(params=["one pass", "by Spark"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge without Spark where that can be, and as if it never could."""
    if request.param == "by Spark":
        monkeypatch.setattr(Look, "in_one_pass", lambda _: None)


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the shared test data is not at {DATA}")
    return DATA
