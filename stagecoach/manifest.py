"""What `transform` found in one file: the counts, the verdict, and the check on what is staged."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from stagecoach.dataset import Limit, Load

SAMPLE = 100
RAW_CHARACTERS = 1_000


@dataclass(frozen=True)
class Counts:
    """Records of a file. `header` counts the lines that hold no row: the header and blank lines."""

    read: int
    header: int
    good: int
    rejected: int
    warned: int = 0

    @property
    def rows(self) -> int:
        """Records that are rows, good or not."""
        return self.good + self.rejected

    @property
    def holds(self) -> bool:
        """The first half of the equation: every line is exactly one thing."""
        return self.read == self.header + self.good + self.rejected


@dataclass(frozen=True)
class Reject:
    """One broken rule of one row; `line` is the row's first line in the file."""

    line: int
    column: str | None
    rule: str
    found: str | None
    wanted: str | None
    raw: str | None

    def shortened(self) -> Reject:
        """The same with a raw text that fits an e-mail and a terminal."""
        return Reject(**{**asdict(self), "raw": self.raw and self.raw[:RAW_CHARACTERS]})


@dataclass
class Manifest:
    """One attempt of `transform`; `hash_sum` is the sum of `_row_hash` over the good rows.

    `columns` are those of the clean files, None where a file was not read; `drift` says how they
    differ from the declaration ({column, change, detail}), `extras` which of them the table may not
    have yet ({name, found}). Of a mart, `partitions` are {value, files, rows, hash_sum, load_id,
    block}, where load_id is the load that computed it and block the highest of its row numbers';
    `inputs` are the sums of its inputs' rows, by partition.
    """

    load_id: str
    dataset: str
    attempt: int
    verdict: Literal["good", "rejected"]
    counts: Counts
    reason: str | None = None
    hash_sum: str = "0"
    files: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    columns: list[str] | None = None
    drift: list[dict[str, str]] = field(default_factory=list)
    extras: list[dict[str, str]] = field(default_factory=list)
    partitions: list[dict[str, Any]] = field(default_factory=list)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The text of `manifest.json`."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read what `to_json` wrote. Raises KeyError or TypeError on anything else."""
        data = json.loads(text)
        rejects = [Reject(**reject) for reject in data["rejects"]]
        return cls(**{**data, "counts": Counts(**data["counts"]), "rejects": rejects})


def reason_to_reject(
    counts: Counts,
    load: Load,
    failed: dict[str, int],
    remedy: str = "correct the file and send it again",
) -> str | None:
    """Why the whole file is refused, in one sentence with its `remedy`; None when it is not.

    `failed` counts the rows that break a rule whose action is `fail`.
    """
    for rule, rows in failed.items():
        if rows:
            return (
                f"{rows:,} of {counts.rows:,} rows break the rule {rule!r}, of which none may - "
                f"{remedy}"
            )
    if load.empty == "refuse" and not counts.rows:
        return (
            "the file has no rows, and load.empty is refuse - have it sent again, or declare "
            "load.empty: header_only"
        )
    limit = load.max_rejects
    if limit.passed_by(counts.rejected, counts.rows):
        return (
            f"{counts.rejected:,} of {counts.rows:,} rows are rejected, more than "
            f"{_allowed(limit)} - {remedy}, or raise max_rejects"
        )
    return None


def _allowed(limit: Limit) -> str:
    parts = []
    if limit.share is not None:
        parts.append(f"{limit.share:.4%}".rstrip("%").rstrip("0").rstrip(".") + "%")
    if limit.count is not None:
        parts.append(f"{limit.count:,}")
    return "the " + " or ".join(parts) + " that max_rejects allows"
