"""What Terraform says, made short."""

from __future__ import annotations

import json
from typing import Any

from workbench.terraform_says import Progress, events, first_error


def hook(kind: str, address: str, action: str = "create", **more: Any) -> dict[str, Any]:
    return {"type": kind, "hook": {"resource": {"addr": address}, "action": action, **more}}


def planned(add: int) -> dict[str, Any]:
    changes = {"operation": "plan", "add": add, "change": 0, "remove": 0}
    return {"type": "change_summary", "@message": f"Plan: {add} to add.", "changes": changes}


def test_a_resource_that_is_made_is_counted() -> None:
    progress = Progress()
    progress.line(planned(2), 0)
    line = progress.line(
        hook("apply_complete", "module.lake.aws_s3_bucket.a", elapsed_seconds=3), 1
    )
    assert line == "lake.aws_s3_bucket.a: creation complete after 3 s, 1 of 2"


def test_reading_is_not_worth_a_line() -> None:
    assert Progress().line(hook("apply_complete", "data.aws_region.this", "read"), 0) is None


def test_while_nothing_ends_the_oldest_wait_is_told_every_ten_seconds() -> None:
    progress = Progress()
    for event, now in [
        (planned(2), 0),
        (hook("apply_start", "db"), 1),
        (hook("apply_start", "q"), 5),
    ]:
        progress.line(event, now)
    assert progress.line(hook("apply_progress", "q"), 8) is None
    assert progress.line(hook("apply_progress", "q"), 41) == "db: 40 s so far, 0 of 2"


def test_an_error_is_terraforms_own_words_with_the_place() -> None:
    error = {
        "severity": "error",
        "summary": "creating S3 Bucket",
        "address": "module.lake.aws_s3_bucket.a",
        "detail": "the name is\ntaken\n\nMuch more about buckets",
    }
    said = [{"type": "diagnostic", "diagnostic": {"severity": "warning"}}, {"diagnostic": error}]
    assert first_error(said) == "creating S3 Bucket: the name is taken (lake.aws_s3_bucket.a)"


def test_what_is_not_json_is_kept_as_text() -> None:
    said = list(events(["Terraform crashed\n", "\n", json.dumps({"type": "version"})]))
    assert [event["type"] for event in said] == ["text", "version"]


def test_what_a_function_raised_is_told_whole_and_without_its_trace() -> None:
    sentence = "column name is text - run: " + 'alter "t"; ' * 60
    answer = json.dumps({"errorMessage": sentence, "errorType": "E", "stackTrace": ["f.py"]})
    summary = f"invoking Lambda Function (stagecoach-local-migrate): {answer}"
    said = [{"diagnostic": {"severity": "error", "summary": summary, "address": "a.migrate"}}]
    assert first_error(said) == sentence
