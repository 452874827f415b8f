"""Logs: one JSON line per event."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime


def log(event: str, **facts: object) -> None:
    """Write one line; name the `dataset`, `load_id` and `step` wherever they are known."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    print(json.dumps(line, default=str, ensure_ascii=False), file=sys.stdout, flush=True)
