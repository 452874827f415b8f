"""The laws of docs/seams.md: who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("stagecoach", "lambdas", "glue_jobs", "workbench", "local_cloud", "benchmarks")
MAY = {
    "stagecoach": {"stagecoach"},
    "lambdas": {"stagecoach"},
    "glue_jobs": {"stagecoach"},
    "workbench": {"stagecoach", "workbench"},
    "local_cloud": {"local_cloud"},
}
ONLY_IN = {
    "awsglue": ("stagecoach/frames/glue.py",),
    "boto3": ("stagecoach/aws.py",),
    "pyspark": ("stagecoach/frames/",),
    "pyarrow": ("stagecoach/frames/",),
    "pydantic": ("stagecoach/declaration/",),
    "ruamel": ("stagecoach/declaration/",),
}


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_the_rooms_it_may(room):
    for path in (ROOT / room).rglob("*.py"):
        strangers = (imported(path) & set(OURS)) - MAY[room]
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_heavy_package_is_imported_only_in_its_place(package):
    for path in (ROOT / "stagecoach").rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if package in imported(path):
            assert place.startswith(ONLY_IN[package]), f"{place} imports {package}"


def test_what_ships_to_functions_imports_with_boto3_and_pg8000_alone():
    handlers = sorted((ROOT / "lambdas").glob("*/handler.py"))
    assert handlers
    heavy = ("pyspark", "pyarrow", "pandas", "numpy", "pydantic", "ruamel", "awsglue", "moto")
    script = (
        "import sys, runpy\n"
        f"sys.modules.update(dict.fromkeys({heavy!r}))\n"  # None makes an import fail
        "import stagecoach\n"
        "for path in sys.argv[1:]: runpy.run_path(path, run_name='handler')\n"
    )
    subprocess.run([sys.executable, "-c", script, *map(str, handlers)], cwd=ROOT, check=True)


def test_importing_an_entry_point_of_a_job_starts_nothing():
    for path in (ROOT / "glue_jobs").glob("*.py"):
        body = ast.parse(path.read_text()).body
        kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.If, ast.Expr, ast.Assign)
        assert all(isinstance(node, kinds) for node in body), path
