"""Real deliveries of OurAirports, the real bad ones among them."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column, Dataset
from stagecoach.errors import FileRefused
from stagecoach.sniff import sniff
from tests.sniff.conftest import orders

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "ourairports"
FILES = sorted(FOLDER.glob("*/*.csv.gz"))
EMPTY = "airport-frequencies.2022-09-13.csv.gz"
HEADER_ONLY = [name for name in (path.name for path in FILES) if "2025-01-31" in name]
needs_files = pytest.mark.skipif(not FILES, reason=f"the real files are not at {FOLDER}")


def dataset_like(path: Path) -> Dataset:
    """A dataset of the columns that a good file of the same kind has."""
    kind = path.name.split(".")[0]
    good = next(file for file in FILES if file.name.startswith(f"{kind}.") and file.name != EMPTY)
    header = gzip.decompress(good.read_bytes()).decode().splitlines()[0]
    names = [name.strip('"') for name in header.split(",")]
    return replace(orders(), columns=tuple(Column(name, "text", name) for name in names))


def judged(path: Path) -> dict:
    data = path.read_bytes()
    return sniff(
        dataset_like(path), path.name, len(data), lambda at, length: data[at : at + length]
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_delivery_is_taken_unless_it_is_empty(path):
    if path.name == EMPTY:
        with pytest.raises(FileRefused, match="the gzip file holds nothing"):
            judged(path)
    else:
        assert judged(path)["rows"] == (0 if path.name in HEADER_ONLY else None)


@needs_files
def test_the_bad_days_are_among_the_real_files():
    assert len(HEADER_ONLY) == 3
    assert EMPTY in [path.name for path in FILES]
