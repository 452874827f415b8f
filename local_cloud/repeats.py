"""A call whose answer was lost is answered once more, not done once more.

An SDK that does not get its answer repeats the call under the same invocation id. What creates
something would then be refused, because it exists, and Terraform would stand before a resource that
it never heard of. AWS has the same gap; on a laptop, where one process does everything, answers
get lost more easily.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from local_cloud.not_implemented import Application, service_of

log = logging.getLogger(__name__)

MOST_ANSWERS = 2_000
MOST_BYTES = 65_536
PATIENCE_SECONDS = 60.0  # longer than any SDK waits before it gives a call up


@dataclass
class Answer:
    """What a call was answered; `body` is None until it is over, or when it shall be done again."""

    over: threading.Event = field(default_factory=threading.Event)
    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None


class Remember:
    """WSGI layer: keeps the last good answers by invocation id, but those of S3."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does, or as it did."""
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        attempt = re.match(r"attempt=(\d+)", environ.get("HTTP_AMZ_SDK_REQUEST", ""))
        if attempt and int(attempt[1]) > 1:
            what = environ.get("HTTP_X_AMZ_TARGET") or environ["PATH_INFO"]
            log.warning("%s is asked again, attempt %s of the call %s", what, attempt[1], call)
        if not call or environ["REQUEST_METHOD"] == "GET" or service_of(environ) == "s3":
            return self.application(environ, start_response)
        known = self._known(call)
        if known is not None and known.over.wait(PATIENCE_SECONDS) and known.body is not None:
            start_response(known.status, known.headers)
            return [known.body]
        return self._ask(self._begin(call), environ, start_response)

    def _known(self, call: str) -> Answer | None:
        with self._lock:
            return self._answers.get(call)

    def _begin(self, call: str) -> Answer:
        answer = Answer()
        with self._lock:
            self._answers[call] = answer
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _ask(self, answer: Answer, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            answer.status, answer.headers = status, headers
            return start_response(status, headers, *more)

        try:
            body = b"".join(self.application(environ, start))
            if answer.status.startswith("2") and len(body) <= MOST_BYTES:
                answer.body = body
        finally:
            answer.over.set()
        return [body]
