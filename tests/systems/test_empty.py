"""C1: a file without rows is taken or refused as its declaration says, and the table stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sql.worlds import World, dataset
from tests.systems.pipe import Pipe

HEADER, NOTHING = b"id,surface\n", b""
OLD = [(1, "grass"), (2, "paved")]


@pytest.mark.parametrize(
    ("empty", "content", "state"),
    [
        ("header_only", HEADER, "applied"),
        ("header_only", NOTHING, "rejected"),
        ("accept", HEADER, "applied"),
        ("accept", NOTHING, "applied"),
        ("refuse", HEADER, "rejected"),
        ("refuse", NOTHING, "rejected"),
    ],
)
def test_a_file_without_rows(world: World, tmp_path: Path, empty, content, state) -> None:
    declared = dataset(mode="upsert")
    declared = replace(declared, load=replace(declared.load, empty=empty))
    world.deploy(declared)
    world.load(OLD)
    file = tmp_path / "runways.csv"
    file.write_bytes(content)
    report = Pipe(world, declared).send(file)
    assert report["state"] == state, report["reason"]
    assert state == "rejected" or report["holds"]
    assert world.rows() == OLD
