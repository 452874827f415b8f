import datetime as dt

import pytest

from local_cloud import cron


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def fires(expression, moment, zone="UTC"):
    """Whether it fires in the minute that ends at `moment`."""
    until = at(moment)
    return cron.due(expression, until - dt.timedelta(minutes=1), until, zone=zone)


@pytest.mark.parametrize(
    ("expression", "moment", "expected"),
    [
        ("cron(0 2 * * ? *)", "2026-03-01T02:00", True),
        ("cron(0 2 * * ? *)", "2026-03-01T02:01", False),
        ("cron(0/15 * * * ? *)", "2026-03-01T09:45", True),
        ("cron(0/15 * * * ? *)", "2026-03-01T09:50", False),
        ("cron(0 9 ? * MON-FRI *)", "2026-03-02T09:00", True),  # a Monday
        ("cron(0 9 ? * MON-FRI *)", "2026-03-01T09:00", False),
        ("cron(0 9 ? * 1 *)", "2026-03-01T09:00", True),  # 1 is Sunday
        ("cron(0 0 L * ? *)", "2028-02-29T00:00", True),
        ("cron(0 0 L * ? *)", "2028-02-28T00:00", False),
        ("cron(0 0 15W * ? *)", "2026-08-14T00:00", True),  # the 15th is a Saturday
        ("cron(0 0 15W * ? *)", "2026-08-15T00:00", False),
        ("cron(0 0 1W * ? *)", "2026-08-03T00:00", True),  # not back into July
        ("cron(0 0 LW * ? *)", "2026-05-29T00:00", True),  # the 31st is a Sunday
        ("cron(0 0 ? * 6#3 *)", "2026-03-20T00:00", True),  # the third Friday
        ("cron(0 0 ? * 6#3 *)", "2026-03-13T00:00", False),
        ("cron(0 0 ? * 6L *)", "2026-03-27T00:00", True),  # the last Friday
        ("cron(0 0 ? * 6L *)", "2026-03-20T00:00", False),
        ("cron(0 0 1 JAN,JUL ? *)", "2026-07-01T00:00", True),
        ("cron(0 0 1 1 ? 2030)", "2026-01-01T00:00", False),
    ],
)
def test_cron_fires_when_aws_would(expression, moment, expected):
    assert fires(expression, moment) is expected


def test_a_time_zone_moves_with_its_summer_time():
    assert fires("cron(0 2 * * ? *)", "2026-01-10T01:00", "Europe/Berlin")
    assert fires("cron(0 2 * * ? *)", "2026-07-10T00:00", "Europe/Berlin")


def test_a_jump_over_a_year_finds_the_one_day_in_it():
    assert cron.due("cron(0 0 29 2 ? *)", at("2027-03-01"), at("2028-03-01"))
    assert not cron.due("cron(0 0 29 2 ? *)", at("2028-03-01"), at("2029-03-01"))


def test_a_rate_counts_from_its_anchor():
    anchor = at("2026-01-01T00:00:30")
    due = [
        cron.due("rate(5 minutes)", at(since), at(until), anchor=anchor)
        for since, until in [
            ("2026-01-01T00:00:30", "2026-01-01T00:05:29"),
            ("2026-01-01T00:05:29", "2026-01-01T00:05:30"),
        ]
    ]
    assert due == [False, True]


def test_at_fires_once_in_its_zone():
    expression = "at(2026-07-01T12:00:00)"
    zone = "Europe/Rome"
    assert cron.due(expression, at("2026-07-01T09:59"), at("2026-07-01T10:00"), zone=zone)
    assert not cron.due(expression, at("2026-07-01T10:00"), at("2026-07-02T10:00"), zone=zone)


@pytest.mark.parametrize(
    "expression",
    ["cron(0 2 * * *)", "cron(0 2 * * * *)", "rate(0 minutes)", "rate(5 weeks)", "daily", "cron()"],
)
def test_what_is_no_schedule_is_refused_with_a_sentence(expression):
    with pytest.raises(cron.BadSchedule, match=r"\w+ "):
        cron.due(expression, at("2026-01-01"), at("2026-01-02"))
