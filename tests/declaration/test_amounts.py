"""Schedules, in the syntax of EventBridge."""

import re

import pytest

from stagecoach.declaration.amounts import schedule


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 2 * * ? *)",
        "cron(0/15 8-18 ? * MON-FRI *)",
        "cron(0 0 L * ? 2026-2030)",
        "cron(0 9 ? * 2#1 *)",
        "cron(5,35 * 15W JAN,jul ? *)",
        "rate(1 day)",
        "rate(5 minutes)",
    ],
)
def test_what_eventbridge_takes_is_right(text):
    assert schedule(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 2 * * *", "wanted cron(0 2 * * ? *) or rate(1 day)"),
        ("cron(0 2 * * *)", "found 5 fields"),
        ("cron(0 2 * * * *)", "wanted ? in one of day of month and day of week"),
        ("cron(61 2 * * ? *)", "found '61' for minutes - wanted 0 to 59"),
        ("cron(0 2 * FOO ? *)", "found 'FOO' for month"),
        ("cron(0/0 2 * * ? *)", "found '0/0' for minutes"),
        ("rate(1 days)", "wanted rate(1 day) or, for more, rate(2 days)"),
        ("rate(0 days)", "wanted rate(1 day)"),
        ("rate(1 week)", "wanted cron"),
    ],
)
def test_what_eventbridge_would_refuse_is_said_to_be_wrong(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        schedule(text)
