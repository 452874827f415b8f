"""The cloud's own log: one JSON object per line on stdout."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message"[, "traceback"]}` per record."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Printed(io.TextIOBase):
    """Where libraries print to: each of their lines becomes a record."""

    def __init__(self) -> None:
        self._begun = ""

    def write(self, text: str) -> int:
        """Log what is complete, keep the rest."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, lines):
            logging.getLogger("printed").warning(line)
        return len(text)


def start() -> None:
    """Send every record from `info` up to stdout; libraries only from `warning` up."""
    logging.captureWarnings(True)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("local_cloud").setLevel(logging.INFO)
    sys.stdout = Printed()
