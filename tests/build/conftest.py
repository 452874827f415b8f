"""A small repository to build from."""

from pathlib import Path

import pytest

DATASET = """\
name: shops
description: Every shop
columns: [{name: id, type: bigint}]
load: {mode: append}
targets: {postgres: {schema: public}}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    files = {
        "datasets/shops.yaml": DATASET,
        "stagecoach/__init__.py": '"""The meaning."""\n',
        "stagecoach/__pycache__/__init__.pyc": "x",
        "lambdas/arrive/handler.py": '"""Arrive."""\n',
        "lambdas/migrate/handler.py": '"""Migrate."""\n',
        "glue_jobs/stage.py": '"""Stage."""\n',
    }
    for name, text in files.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sql = Path(__file__).resolve().parents[2] / "sql"
    (tmp_path / "repository" / "sql").symlink_to(sql)
    return tmp_path / "repository"
