"""What Terraform says with -json, as lines for people: progress with counts, errors in a sentence.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

QUIET_SECONDS = 10
# What a function that Terraform invokes answers when it raises.
RAISED = re.compile(r'"errorMessage":\s*(?P<said>"(?:[^"\\]|\\.)*")')
DONE = {"create": "creation", "update": "change", "delete": "destruction", "replace": "replacement"}


def events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The events among `lines`; what is not JSON becomes an event with the line as its message."""
    for line in lines:
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        yield event if isinstance(event, dict) else {"type": "text", "@message": line.strip()}


@dataclass
class Progress:
    """Turns the events of one run into lines such as

    Plan: 131 to add, 0 to change, 0 to destroy.
    lake.aws_s3_bucket.zone["landing"]: creation complete after 2 s, 14 of 131
    database.aws_db_instance.this: 40 s so far, 130 of 131
    """

    total: int = 0
    done: int = 0
    spoke_at: float = 0.0
    waiting: dict[str, float] = field(default_factory=dict)

    def line(self, event: dict[str, Any], now: float) -> str | None:
        """The line for `event`, or None when it is not worth one; `now` is in seconds."""
        said = self._line(event, now)
        if said is not None:
            self.spoke_at = now
        return said

    def _line(self, event: dict[str, Any], now: float) -> str | None:
        kind = event.get("type")
        if kind == "change_summary" and event["changes"]["operation"] == "plan":
            changes = event["changes"]
            self.total = changes["add"] + changes["change"] + changes["remove"]
            return str(event["@message"])
        if event.get("hook", {}).get("action") == "read":
            return None
        if kind == "apply_start":
            self.waiting[event["hook"]["resource"]["addr"]] = now
        if kind == "apply_complete":
            return self._complete(event["hook"])
        if kind == "apply_progress" and now - self.spoke_at >= QUIET_SECONDS and self.waiting:
            oldest = min(self.waiting, key=self.waiting.__getitem__)
            seconds = now - self.waiting[oldest]
            return f"{short(oldest)}: {seconds:.0f} s so far, {self.done} of {self.total}"
        return None

    def _complete(self, hook: dict[str, Any]) -> str:
        address, action = hook["resource"]["addr"], hook["action"]
        self.waiting.pop(address, None)
        self.done += 1
        seconds = hook.get("elapsed_seconds", 0)
        what = DONE.get(action, action)
        return (
            f"{short(address)}: {what} complete after {seconds:.0f} s, {self.done} of {self.total}"
        )


def short(address: str) -> str:
    """A resource's address without the word module."""
    return address.replace("module.", "")


def first_error(said: Iterable[dict[str, Any]]) -> str | None:
    """The first error among events, in one or two sentences; None when there is none."""
    for event in said:
        diagnostic = event.get("diagnostic") or {}
        if diagnostic.get("severity") == "error":
            return sentence(diagnostic)
    return None


def sentence(diagnostic: dict[str, Any]) -> str:
    """Terraform's own words for one diagnostic, with where it is, on one line.

    What a function of ours raised is a sentence already, and may have to be read whole.
    """
    summary = diagnostic.get("summary", "").strip().rstrip(".")
    if raised := RAISED.search(f"{summary} {diagnostic.get('detail', '')}"):
        return str(json.loads(raised["said"]))
    detail = re.split(r"\n\s*\n", diagnostic.get("detail", "").strip())[0]
    where = short(diagnostic.get("address", "")) or _file(diagnostic.get("range"))
    told = summary if not detail else f"{summary}: {detail}"
    told = re.sub(r"\s+", " ", told)
    told = told if len(told) <= 400 else f"{told[:400]} ..."
    return f"{told} ({where})" if where else told


def _file(place: dict[str, Any] | None) -> str:
    return f"{place['filename']} line {place['start']['line']}" if place else ""
