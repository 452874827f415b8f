"""A call whose answer was lost is answered once more, not done once more."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from werkzeug.test import Client

from local_cloud import repeats

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request"


class Creating:
    """An application that creates a thing once, and refuses it the second time."""

    def __init__(self, *statuses: str, seconds: float = 0.0) -> None:
        self.statuses, self.seconds, self.asked = list(statuses), seconds, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        status = self.statuses[self.asked]
        self.asked += 1
        time.sleep(self.seconds)
        start_response(status, [("x-number", str(self.asked))])
        return [status.encode()]


def ask(client: Client, call: str, attempt: int = 1, service: str = "glue", method: str = "POST"):
    headers = {
        "amz-sdk-invocation-id": call,
        "amz-sdk-request": f"attempt={attempt}",
        "Authorization": SIGNED.format(service),
    }
    return client.open("/", method=method, headers=headers)


def test_a_repeated_call_gets_the_first_answer():
    made = Creating("200 OK", "400 Bad Request")
    client = Client(repeats.Remember(made))
    first, second = ask(client, "a"), ask(client, "a", 2)
    assert (second.status, second.data, second.headers["x-number"]) == ("200 OK", first.data, "1")
    assert made.asked == 1


def test_another_call_is_another_call():
    client = Client(repeats.Remember(Creating("200 OK", "400 Bad Request")))
    assert ask(client, "a").status_code == 200
    assert ask(client, "b").status_code == 400


def test_a_call_that_failed_is_done_again():
    client = Client(repeats.Remember(Creating("503 Slow Down", "200 OK")))
    assert ask(client, "a").status_code == 503
    assert ask(client, "a", 2).status_code == 200


def test_a_repeated_call_waits_for_the_first_that_is_still_at_work():
    made = Creating("200 OK", "400 Bad Request", seconds=0.3)
    remember = repeats.Remember(made)
    first = threading.Thread(target=ask, args=(Client(remember), "a"))
    first.start()
    time.sleep(0.1)
    assert ask(Client(remember), "a", 2).status_code == 200
    first.join()
    assert made.asked == 1


@pytest.mark.parametrize(("service", "method"), [("s3", "PUT"), ("glue", "GET")])
def test_objects_and_questions_are_not_remembered(service: str, method: str):
    made = Creating("200 OK", "200 OK")
    client = Client(repeats.Remember(made))
    for attempt in (1, 2):
        ask(client, "a", attempt, service, method)
    assert made.asked == 2


def test_only_so_many_answers_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repeats, "MOST_ANSWERS", 1)
    made = Creating("200 OK", "200 OK", "200 OK")
    client = Client(repeats.Remember(made))
    for call in ("a", "b", "a"):
        ask(client, call)
    assert made.asked == 3


def test_what_an_sdk_repeats_is_in_the_log(caplog: pytest.LogCaptureFixture):
    client = Client(repeats.Remember(Creating("200 OK", "200 OK")))
    ask(client, "a")
    assert "asked again" not in caplog.text
    ask(client, "a", 2)
    assert "asked again, attempt 2 of the call a" in caplog.text
