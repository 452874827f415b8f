"""A file that is published again every day: exactly the rows that changed, change."""

from dataclasses import replace

import pytest

from tests.systems.pipe import Pipe, changes

ROWS = {
    "airport_frequencies": ("all_operations/airport-frequencies", "2023-10-09", "2023-10-14"),
    "runways": ("all_operations/runways", "2024-07-02", "2024-07-03"),
    "regions": ("all_operations/regions", "2022-10-02", "2022-10-04"),
}
WANTED = {"airport_frequencies": (30, 11, 7), "runways": (6, 6, 9), "regions": (6, 6, 13)}


@pytest.mark.parametrize("name", ROWS)
def test_only_what_changed_is_changed(pipe, data, name):
    piped: Pipe = pipe(name)
    stem, first, second = ROWS[name]
    old, new = (data / "ourairports" / f"{stem}.{day}.csv.gz" for day in (first, second))
    assert changes(piped.send(old))[1:] == (0, 0)
    assert changes(piped.send(new)) == WANTED[name]
    assert changes(piped.send(new)) == (0, 0, 0)


def test_na_is_a_continent_and_zeros_lead(pipe, data):
    piped: Pipe = pipe("regions")
    piped.send(data / "ourairports" / "all_operations" / "regions.2022-10-04.csv.gz")
    (row,) = piped.world.run(
        "select continent, local_code, name from ourairports.regions where code = 'CA-QC'"
    )
    assert row == ("NA", "QC", "Quebec")
    codes = "select count(*) from ourairports.regions where local_code like '0%%'"
    assert piped.world.run(codes) == [(496,)]
    letters = "select name, iso_country from ourairports.regions where code = 'NA-KA'"
    assert piped.world.run(letters) == [("ǁKaras Region", "NA")]


@pytest.mark.parametrize(
    ("name", "stem"), [("airport_frequencies", "airport-frequencies"), ("regions", "regions")]
)
def test_a_header_without_rows_is_stopped_by_the_guard(pipe, data, name, stem):
    piped: Pipe = pipe(name)
    days = (data / "ourairports" / "header_only" / f"{stem}.{day}.csv.gz"
            for day in ("2025-01-30", "2025-01-31", "2025-02-01"))  # fmt: skip
    whole, empty, again = map(piped.send, days)
    assert changes(whole)[0] > 3000
    assert empty["state"] == "rejected"
    assert "(100.0 %)" in empty["reason"]
    assert changes(again) == (0, 0, 0)
    subjects = [alert["subject"] for alert in piped.world.own.pending_alerts()]
    told = ["applied", "rejected", "applied"]
    assert [word for word, said in zip(told, subjects, strict=True) if word in said] == told


def test_an_empty_file_is_refused_before_any_job(pipe, data):
    piped: Pipe = pipe("airport_frequencies")
    days = (data / "ourairports" / "zero_byte" / f"airport-frequencies.{day}.csv.gz"
            for day in ("2022-09-01", "2022-09-13", "2022-09-14"))  # fmt: skip
    whole, empty, after = map(piped.send, days)
    assert changes(whole)[0] > 20_000
    assert (empty["state"], empty["reason"].split(" - ")[0]) == (
        "rejected", "the gzip file holds nothing"
    )  # fmt: skip
    assert after["state"] == "applied"


def test_a_mass_update_is_counted_to_the_row(pipe, data):
    piped: Pipe = pipe("regions")
    folder = data / "ourairports" / "mass_update"
    piped.send(folder / "regions.2022-06-23.csv.gz")
    assert changes(piped.send(folder / "regions.2022-06-24.csv.gz")) == (0, 3411, 0)


@pytest.mark.parametrize(
    ("kind", "updated"),
    [
        ({"type": "text", "digits": None}, 14_870),
        ({"type": "real", "digits": None}, 757),
        ({"type": "double", "digits": 6}, 2),
    ],
)
def test_digits_that_the_source_never_meant_are_no_change(pipe, data, kind, updated):
    """14,868 of the rows differ in digits beyond the sixth only, 755 of them in ones that a real
    holds; one runway was moved by the sixth digit, of one the lights were changed.
    """
    piped: Pipe = pipe("runways")
    columns = (
        replace(each, **kind) if each.name.endswith("tude_deg") else each
        for each in piped.declared.columns
    )
    piped.declared = replace(piped.declared, columns=tuple(columns))
    piped.world.run("drop table ourairports.runways")
    piped.world.deploy(piped.declared)
    folder = data / "ourairports" / "mass_update"
    piped.send(folder / "runways.2022-02-28.csv.gz")
    assert changes(piped.send(folder / "runways.2022-03-01.csv.gz")) == (3, updated, 0)
