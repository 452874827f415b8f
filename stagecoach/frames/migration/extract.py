"""What a migration has read, written down beside it: one text that a later attempt starts from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from stagecoach.frames.migration.pieces import Kind


@dataclass(frozen=True)
class Part:
    """The files of one kind, and what COPY must have put into the stage table."""

    columns: list[str]
    rows: int = 0
    hash_sum: str = "0"
    files: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, columns: list[str], told: Iterable[dict[str, Any]]) -> Part:
        """The sum of what the workers told."""
        every = list(told)
        return cls(
            columns,
            sum(one["rows"] for one in every),
            str(sum(int(one["hash_sum"]) for one in every)),
            [(uri, size) for one in every for uri, size in one["files"]],
        )


@dataclass(frozen=True)
class Extract:
    """A whole snapshot in S3. `live_sum` is PostgreSQL's hash of its rows, `sent_at` the time of
    the newest delivery in it, `extras` the columns that no declaration names.
    """

    migration_id: str
    live_sum: str
    sent_at: str
    extras: list[str]
    contained: list[str]
    loads: int
    parts: dict[Kind, Part]

    @property
    def rows(self) -> int:
        """Rows of the live table."""
        return self.parts["rows"].rows

    def to_json(self) -> str:
        """The text of `manifest.json`."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Extract:
        """Read what `to_json` wrote. Raises KeyError or TypeError on anything else."""
        data = json.loads(text)
        return cls(**{**data, "parts": {kind: Part(**one) for kind, one in data["parts"].items()}})
