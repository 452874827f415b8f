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
# What the local Redshift refuses is refused before a deployment too.
BESIDE = {"workbench/views/refusing.py": {"local_cloud"}}
ONLY_IN = {
    "awsglue": ("stagecoach/frames/glue.py",),
    "boto3": ("stagecoach/aws.py",),
    "pyspark": ("stagecoach/frames/",),
    "pyarrow": ("stagecoach/frames/",),
    "pydantic": ("stagecoach/declaration/",),
    "ruamel": ("stagecoach/declaration/",),
    "sqlglot": ("stagecoach/declaration/",),
    "urllib3": ("stagecoach/fetch/download.py",),  # botocore brings it
}

HEAVY = (
    *("pyspark", "pyarrow", "pandas", "numpy", "pydantic", "pydantic_core", "ruamel", "yaml"),
    *(
        "sqlglot",
        "awsglue",
        "moto",
        "jinja2",
        "typer",
        "rich",
        "psutil",
        "local_cloud",
        "workbench",
    ),
)
ELSEWHERE = ("frames", "declaration")  # parts of stagecoach that never run in a function
RUNTIME = [
    path
    for path in sorted((ROOT / "stagecoach").rglob("*.py"))
    if path.relative_to(ROOT / "stagecoach").parts[0] not in ELSEWHERE
]
HANDLERS = sorted((ROOT / "lambdas").glob("*/handler.py"))


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports when it runs, wherever in the file."""
    found, waiting = set(), [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_the_rooms_it_may(room):
    for path in (ROOT / room).rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        strangers = (imported(path) & set(OURS)) - MAY[room] - BESIDE.get(name, set())
        assert not strangers, f"{name} imports {strangers}"


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_heavy_package_is_imported_only_in_its_place(package):
    for path in (ROOT / "stagecoach").rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if package in imported(path):
            assert place.startswith(ONLY_IN[package]), f"{place} imports {package}"


def test_what_runs_in_functions_needs_nothing_but_boto3_and_pg8000():
    may = set(sys.stdlib_module_names) | {"stagecoach", "boto3", "botocore", "urllib3", "pg8000"}
    for path in [*RUNTIME, *HANDLERS]:
        strangers = imported(path) - may
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


def test_what_runs_in_functions_imports_where_nothing_else_is_installed():
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in RUNTIME]
    script = (
        "import importlib, runpy, sys\n"
        f"sys.modules.update(dict.fromkeys({HEAVY!r}))\n"  # None makes an import fail
        f"for module in {modules!r}: importlib.import_module(module)\n"
        "for path in sys.argv[1:]: runpy.run_path(path, run_name='handler')"
    )
    command = [sys.executable, "-c", script, *map(str, HANDLERS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert HANDLERS
    assert ran.returncode == 0, ran.stderr


def test_the_law_finds_an_import_wherever_it_hides(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        "def f():\n    import pyspark.sql\n    from awsglue.context import GlueContext\n"
    )
    assert imported(path) == {"pyspark", "awsglue"}


def test_importing_an_entry_point_of_a_job_starts_nothing():
    for path in (ROOT / "glue_jobs").glob("*.py"):
        body = ast.parse(path.read_text()).body
        kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.If, ast.Expr, ast.Assign)
        assert all(isinstance(node, kinds) for node in body), path
