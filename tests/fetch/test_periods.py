"""Addresses with a date in them."""

from datetime import date

import pytest

from stagecoach.errors import DeclarationError
from stagecoach.fetch.periods import before, periods, read, resolve

MONTHLY = "https://x.org/{year}-{month}.parquet"


def test_places_have_a_fixed_width():
    assert resolve("https://x.org/{year}/{month}/{day}.csv", date(2023, 2, 3)) == (
        "https://x.org/2023/02/03.csv"
    )


@pytest.mark.parametrize(
    ("behind", "day"),
    [
        ("0 days", date(2024, 3, 31)),
        ("1 day", date(2024, 3, 30)),
        ("2 months", date(2024, 1, 1)),
        ("3 months", date(2023, 12, 1)),
        ("1 year", date(2023, 3, 1)),
    ],
)
def test_a_day_lies_behind(behind: str, day: date):
    assert before(date(2024, 3, 31), behind) == day


@pytest.mark.parametrize(
    ("url", "count"),
    [(MONTHLY, 14), ("https://x.org/{year}.csv", 2), ("https://x.org/{year}{month}{day}.csv", 397)],
)
def test_a_range_has_each_file_once(url: str, count: int):
    found = periods(url, date(2023, 1, 1), date(2024, 2, 1))
    assert len(found) == len({resolve(url, day) for day in found}) == count


def test_a_range_of_an_address_without_a_date_is_refused():
    with pytest.raises(DeclarationError, match="is the same every day"):
        periods("https://x.org/a.csv", date(2023, 1, 1), date(2023, 2, 1))


def test_an_endless_range_is_refused():
    with pytest.raises(DeclarationError, match="more than 1,000 files"):
        periods("https://x.org/{year}{month}{day}", date(1990, 1, 1), date(2023, 2, 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [("2023-01-31", date(2023, 1, 31)), ("2023-02", date(2023, 2, 1)), ("2023", date(2023, 1, 1))],
)
def test_a_day_a_month_and_a_year_are_read(text: str, day: date):
    assert read(text) == day


@pytest.mark.parametrize("text", ["", "May", "2023-13", "2023-02-30", "2023-1-1-1", "-1"])
def test_anything_else_is_a_sentence(text: str):
    with pytest.raises(DeclarationError, match="wanted a day"):
        read(text)
