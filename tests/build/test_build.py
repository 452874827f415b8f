"""What `make build` writes: the seams' files, the same bytes for the same sources."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from stagecoach.dataset import Dataset
from stagecoach.declaration import DeclarationErrors
from workbench.build import build

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """This repository, built."""
    into = tmp_path_factory.mktemp("build")
    build(ROOT, into)
    return into


def test_the_files_of_the_seams_are_there(root, tmp_path):
    build(root, tmp_path / "build")
    found = set(contents(tmp_path / "build"))
    assert {name for name in found if not name.startswith("sql/")} == {
        "datasets/shops.json",
        "glue_jobs/stage.py",
        "lambda/arrive.zip",
        "lambda/migrate.zip",
        "stagecoach.zip",
    }


def test_equal_sources_give_equal_bytes_wherever_they_lie_and_however_old(root, tmp_path):
    build(root, tmp_path / "one")
    copy = tmp_path / "elsewhere"
    shutil.copytree(root, copy, symlinks=True)
    os.utime(copy / "stagecoach" / "__init__.py", (1, 1))
    (copy / "glue_jobs" / "stage.py").chmod(0o755)
    build(copy, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_only_what_changed_is_written(root, tmp_path):
    into = tmp_path / "build"
    build(root, into)
    assert build(root, into) == []
    (root / "lambdas/arrive/handler.py").write_text('"""Arrive again."""\n')
    assert build(root, into) == [into / "lambda" / "arrive.zip"]


def test_what_is_declared_no_more_is_removed(root, tmp_path):
    into = tmp_path / "build"
    build(root, into)
    (root / "datasets/shops.yaml").rename(root / "datasets/stores.yaml")
    text = (root / "datasets/stores.yaml").read_text()
    (root / "datasets/stores.yaml").write_text(text.replace("shops", "stores"))
    (into / "ours.txt").write_text("not of the build")
    build(root, into)
    assert [path.name for path in (into / "datasets").iterdir()] == ["stores.json"]
    assert (into / "ours.txt").exists()


def test_a_wrong_declaration_stops_the_build_before_anything_is_written(root, tmp_path):
    (root / "datasets/shops.yaml").write_text("name: shop\n")
    with pytest.raises(DeclarationErrors, match=r"shops\.yaml:1: name is 'shop'"):
        build(root, tmp_path / "build")
    assert not (tmp_path / "build").exists()


def test_a_function_holds_its_handler_the_meaning_and_the_driver(built):
    names = zipfile.ZipFile(built / "lambda" / "arrive.zip").namelist()
    assert {"handler.py", "stagecoach/dataset.py", "pg8000/native.py", "scramp/core.py"} <= set(
        names
    )
    assert {"six.py", "dateutil/tz/__init__.py", "asn1crypto/core.py"} <= set(names)
    assert not any(name.startswith("sql/") for name in names)


@pytest.mark.parametrize("name", ["lambda/arrive.zip", "lambda/migrate.zip", "stagecoach.zip"])
def test_nothing_compiled_gets_into_a_zip(built, name):
    compiled = (".so", ".pyd", ".dylib", ".dll", ".pyc", ".a", ".o")
    archive = zipfile.ZipFile(built / name)
    assert not [inside for inside in archive.namelist() if inside.endswith(compiled)]
    assert not [inside for inside in archive.namelist() if archive.read(inside)[:4] == b"\x7fELF"]


def test_migrate_brings_the_sql_that_is_published(built):
    archive = zipfile.ZipFile(built / "lambda" / "migrate.zip")
    inside = {name: archive.read(name) for name in archive.namelist() if name.startswith("sql/")}
    published = {f"sql/{name}": data for name, data in contents(built / "sql").items()}
    assert inside == published
    assert any(name.startswith("sql/postgres/migrations/") for name in inside)
    assert any(name.startswith("sql/postgres/datasets/nyc_flights/") for name in inside)


def test_the_published_datasets_are_the_declared_ones(built):
    texts = {path.stem: path.read_text() for path in (built / "datasets").iterdir()}
    assert sorted(texts) == sorted(path.stem for path in (ROOT / "datasets").glob("*.yaml"))
    assert all(Dataset.from_json(text).name == name for name, text in texts.items())


def test_a_built_function_imports_from_its_zip_alone(built):
    archive = str(built / "lambda" / "arrive.zip")
    script = (
        "import sys\n"
        f"sys.path = [{archive!r}, *(path for path in sys.path if 'site-packages' not in path)]\n"
        "import pg8000.native, stagecoach.dataset\n"
        "print(pg8000.native.__file__, stagecoach.dataset.__file__)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-Ic", script], capture_output=True, text=True, check=True
    )
    assert ran.stdout.count(archive) == 2


def test_building_takes_seconds(tmp_path):
    started = time.monotonic()
    build(ROOT, tmp_path)
    assert time.monotonic() - started < 30
