"""Asynchronous invocations: tried three times, then told to a destination or dead letters."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError

from local_cloud import clock, delays, targets

# Answers the payload as JSON text, whether it failed, and what was printed.
Run = Callable[[LambdaFunction, Any], tuple[str, bool, str]]

# AWS waits one minute, then two.
RETRY_SECONDS = (1.0, 2.0)
# Apart from the shared pool: an invocation may wait for a worker, a delivery must not.
_pool = ThreadPoolExecutor(16, thread_name_prefix="invoke")


class Throttled(JsonRESTError):
    """The function's reserved concurrency is zero."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def begin(run: Run, function: LambdaFunction, event: Any, attempt: int = 0) -> None:
    """Try in the background, as often as the function allows."""
    _pool.submit(_attempt, run, function, event, attempt)


def stop() -> None:
    """Begin nothing more."""
    _pool.shutdown(wait=False, cancel_futures=True)


def _attempt(run: Run, function: LambdaFunction, event: Any, attempt: int) -> None:
    try:
        payload, failed, _ = run(function, event)
    except Throttled as error:
        payload, failed = json.dumps({"errorMessage": str(error.message)}), True
    settings = function.event_invoke_config[-1].config if function.event_invoke_config else {}
    allowed = settings.get("MaximumRetryAttempts")
    retries = len(RETRY_SECONDS) if allowed is None else int(allowed)
    if failed and attempt < retries:
        delays.later(RETRY_SECONDS[attempt], begin, run, function, event, attempt + 1)
        return
    destinations = settings.get("DestinationConfig") or {}
    chosen = destinations.get("OnFailure" if failed else "OnSuccess") or {}
    if chosen.get("Destination"):
        report = _report(function, event, payload, failed, attempt + 1)
        targets.send({"Arn": chosen["Destination"]}, report, report)
    dead_letters = (function.get_configuration().get("DeadLetterConfig") or {}).get("TargetArn")
    if failed and dead_letters:
        targets.send({"Arn": dead_letters}, event, {})


def _report(
    function: LambdaFunction, event: Any, payload: str, failed: bool, attempts: int
) -> dict[str, Any]:
    """What a destination is told."""
    response = {"statusCode": 200, "executedVersion": "$LATEST"}
    return {
        "version": "1.0",
        "timestamp": clock.now().isoformat(),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted" if failed else "Success",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": response | ({"functionError": "Unhandled"} if failed else {}),
        "responsePayload": json.loads(payload),
    }
