"""The demo's data: what the declarations say of it is true."""

import csv
from pathlib import Path

import pytest

from stagecoach.declaration import load_all
from stagecoach.sniff import sniff
from workbench.nyc import write_csv

ROOT = Path(__file__).resolve().parents[2]
DATASETS = load_all(ROOT / "datasets")
ROWS = {"nyc_airlines": 16, "nyc_airports": 1458, "nyc_flights": 336776}


@pytest.mark.parametrize("name", ROWS)
def test_the_declared_key_is_unique_and_never_null(nyc, name):
    with nyc[name].open(newline="") as file:
        rows = list(csv.DictReader(file))
    sources = {column.name: column.source for column in DATASETS[name].columns}
    keys = {tuple(row[sources[column]] for column in DATASETS[name].key) for row in rows}
    assert len(keys) == len(rows) == ROWS[name]
    assert not any("" in key for key in keys)


@pytest.mark.parametrize("name", ROWS)
def test_the_files_are_what_their_declarations_say(nyc, name):
    data = nyc[name].read_bytes()
    facts = sniff(
        DATASETS[name], f"{name}.csv", len(data), lambda at, length: data[at : at + length]
    )
    assert (facts["newline"], facts["reordered"], facts["bom"]) == ("lf", False, False)


@pytest.mark.parametrize("name", ROWS)
def test_null_is_empty_and_only_where_it_is_allowed(nyc, name):
    with nyc[name].open(newline="") as file:
        rows = list(csv.DictReader(file))
    nullable = {column.source for column in DATASETS[name].columns if column.nullable}
    empty = {field for row in rows for field, value in row.items() if value == ""}
    assert empty == nullable - {None}
    assert not any("NA" in row.values() for row in rows)


def test_the_files_are_the_same_bytes_every_time(nyc, tmp_path):
    again = write_csv(tmp_path)
    assert all(again[name].read_bytes() == path.read_bytes() for name, path in nyc.items())
