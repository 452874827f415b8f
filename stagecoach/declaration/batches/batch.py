"""The keys of a batch, and the batch that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from stagecoach.declaration.batches import dates
from stagecoach.declaration.model import Identifier, Model, Text

CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
DAYS_MOST = 31


@dataclass(frozen=True)
class Batch:
    """Datasets whose files of one business date are loaded together.

    The deadline is `deadline_days` after the business date at `deadline_time` (HH:MM), in UTC.
    """

    name: str
    description: str
    members: tuple[str, ...]
    business_date: str
    expected: str
    deadline_days: int
    deadline_time: str


def clock(text: str) -> str:
    """Check a time of day. Raises ValueError."""
    if not CLOCK.match(text):
        raise ValueError(f'found {text!r} - wanted a time in UTC such as "04:00"')
    return text


class DeadlineModel(Model):
    """Until when every member is to be there."""

    days: int = Field(default=1, ge=0, le=DAYS_MOST, description="Days after the business date")
    time: Annotated[str, AfterValidator(clock)] = Field(
        description='The time in UTC, as in "04:00"'
    )


class BatchModel(Model):
    """One batch: what belongs together, by which date, until when."""

    name: Identifier = Field(description="Equals the file's name")
    description: Text = Field(description="One sentence for people")
    members: list[str] = Field(min_length=1, description="Datasets, in the order of the reports")
    business_date: Annotated[str, AfterValidator(dates.pattern)] = Field(
        description=f"Where the date stands in a key, as in {dates.EXAMPLE}"
    )
    expected: Literal["daily", "weekdays", "none"] = Field(
        default="daily", description="On which days files are to come, even if none does"
    )
    deadline: DeadlineModel = Field(description='As in {days: 1, time: "04:00"}')

    def batch(self) -> Batch:
        """The batch that this means."""
        return Batch(
            name=self.name,
            description=self.description,
            members=tuple(self.members),
            business_date=self.business_date,
            expected=self.expected,
            deadline_days=self.deadline.days,
            deadline_time=self.deadline.time,
        )
