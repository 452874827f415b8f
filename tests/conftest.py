"""One whole environment, brought up once; how tests are shared out; what they leave behind."""

from __future__ import annotations

import gc
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.environment import Environment
from tests.postgres import FOLDER
from tests.projects import EXAMPLES, PROJECTS, ROOT
from workbench.needs import find_java

# Half the processor time of a test's Spark goes into compiling for a future that never comes.
QUICK_JAVA = '#!/bin/sh\nexec "{home}/bin/java" -XX:TieredStopAtLevel=1 "$@"\n'
OWN = pytest.StashKey[Path]()

# Two environments and the one Spark, each used by one worker; they begin first.
GROUPS = {
    "systems": (
        *(f"tests/end_to_end/test_{path.name}.py" for path in EXAMPLES),
        "tests/terraform/test_apply.py",
    ),
    "environment": ("tests/end_to_end/", "tests/repository/test_readme.py"),
    "spark": ("tests/frames/", "tests/systems/test_taxi.py"),
}
# Which groups may ask for what is dear.
DEAR = {"environment": ("systems", "environment"), "spark": ("spark",)}
# What takes long besides begins next, so that no worker is left alone with it at the end.
LONG = (
    "tests/dashboards/test_browser.py",
    "tests/terraform/test_configuration.py",
    "tests/terraform/test_warehouse.py",
    "tests/lambdas/test_publish.py",
    "tests/local_cloud/redshift/test_data_api.py",
    "tests/local_cloud/redshift/test_clusters.py",
    "tests/sql/test_style.py",
    "tests/kill/test_publications.py",
    "tests/local_cloud/test_glue_jobs.py",
    "tests/local_cloud/test_glue_workflows.py",
    "tests/sql/test_machine.py",
    "tests/local_cloud/test_databases.py",
    "tests/local_cloud/test_process.py",
    "tests/workbench/test_older_cloud.py",
    "tests/local_cloud/test_snapshot.py",
    "tests/local_cloud/test_class_archive.py",
    "tests/workbench/test_bad_input.py",
    "tests/workbench/test_bundled.py",
    "tests/repository/test_quality.py",
    "tests/sql/test_concurrency.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Register our markers, and give everything that this session makes one folder."""
    config.addinivalue_line("markers", "last: runs after everything else, because it destroys")
    config.addinivalue_line("markers", "soak: takes long for what it adds; `make soak` runs it")
    if FOLDER not in os.environ:
        config.stash[OWN] = folder = Path(tempfile.mkdtemp(prefix="stagecoach-tests-"))
        folder.chmod(0o711)  # PostgreSQL runs as another user
        os.environ[FOLDER] = os.environ["TMPDIR"] = str(folder)
        os.environ["JAVA_HOME"] = str(quick_java(folder / "java"))
        (folder / "cache").mkdir()
    tempfile.tempdir = os.environ[FOLDER]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Have the folder removed: databases of a thousand tests, for which nobody should wait.

    A session that was killed leaves it in the temporary directory.
    """
    folder = config.stash.get(OWN, None)
    if folder is not None:
        end_leftovers(folder)
        subprocess.Popen(["rm", "-rf", "--", folder], start_new_session=True)


def quick_java(shim: Path) -> Path:
    """A Java that compiles each method once and quickly, for every Spark of the session."""
    home = Path(find_java()).resolve().parent.parent
    (shim / "bin").mkdir(parents=True)
    (shim / "lib").symlink_to(home / "lib")
    (shim / "bin" / "java").write_text(QUICK_JAVA.format(home=home))
    (shim / "bin" / "java").chmod(0o755)
    return shim


def end_leftovers(folder: Path) -> None:
    """End what still works in the folder: after Ctrl-C, fixtures of workers do not get to it."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            works_here = process.environ().get("TMPDIR") == str(folder)
            if process.pid != os.getpid() and (works_here or str(folder) in str(process.cmdline())):
                process.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest, and last of it what destroys."""
    for item in items:
        for dear in set(DEAR) & set(getattr(item, "fixturenames", ())):
            if group_of(item.nodeid) not in DEAR[dear]:
                raise pytest.UsageError(f"{item.nodeid} wants {dear!r}: name its file in GROUPS")
    items.sort(key=order_of)


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what was imported and collected: it stays."""
    gc.freeze()


def order_of(item: pytest.Item) -> tuple[int, bool]:
    """The place of a test's group, then whether it destroys what others need."""
    places = [*GROUPS, *LONG]
    group = group_of(item.nodeid)
    place = places.index(group) if group in places else len(places)
    return place, item.get_closest_marker("last") is not None


def group_of(nodeid: str) -> str:
    """What shares something dear is one group, every other file is a group of its own."""
    file = nodeid.split("::")[0]
    return next((name for name, files in GROUPS.items() if file.startswith(files)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Share out tests among the workers of `make test` by group."""
    config.option.loadscopereorder = False  # the order is ours
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of  # type: ignore[method-assign]
    return scheduler


@pytest.fixture(scope="module")
def environment(request: pytest.FixtureRequest) -> Environment:
    """An environment that is up; the first test of its group that asks pays about two minutes."""
    of_group = "all_examples" if group_of(request.node.nodeid) == "systems" else "own_project"
    return request.getfixturevalue(of_group)


@pytest.fixture(scope="session")
def own_project(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Environment]:
    """An environment of what the repository itself declares: few resources, quickly gone."""
    with standing(tmp_path_factory.mktemp("home"), (ROOT,), cache) as found:
        yield found


@pytest.fixture(scope="session")
def all_examples(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Environment]:
    """An environment of all examples together."""
    with standing(tmp_path_factory.mktemp("home"), EXAMPLES, cache) as found:
        yield found


@contextmanager
def standing(home: Path, projects: Sequence[Path], cache: Path) -> Iterator[Environment]:
    """An environment of these projects, while it is up.

    Who works on these tests may keep one: STAGECOACH_TEST_HOME names its folder. It has all
    projects, or the one that STAGECOACH_TEST_PROJECT names.
    """
    kept, only = (os.environ.get(f"STAGECOACH_TEST_{name}") for name in ("HOME", "PROJECT"))
    if kept:
        found = Environment(Path(kept), (Path(only).resolve(),) if only else PROJECTS)
        found.up()
        yield found
        return
    found = Environment(home, projects)
    (home / "cache").symlink_to(cache)
    try:
        found.up()
        yield found
    finally:
        found.run("down", "--erase")


@pytest.fixture(scope="session")
def cache() -> Path:
    """What one local cloud of this session makes for the others: the class archive of Spark."""
    return Path(os.environ[FOLDER]) / "cache"


@pytest.fixture(scope="session")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The real data of the demo: one file per dataset."""
    from workbench.nyc import write_csv

    return write_csv(tmp_path_factory.mktemp("nyc"))
