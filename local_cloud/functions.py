"""Lambda functions that run: their deployed zip, in their own process, with Lambda's answers."""

from __future__ import annotations

import base64
import json
import logging
import os
import time
import uuid
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend
from moto.core.exceptions import JsonRESTError

from local_cloud import asynchronous, clock, cloudwatch, context, function_pool
from local_cloud.asynchronous import Throttled
from local_cloud.function_pool import Code, Worker, WorkerDied, WorkerTimedOut

log = logging.getLogger(__name__)


class NotJson(JsonRESTError):
    """The payload of an invocation is not JSON."""

    code = 400

    def __init__(self, error: ValueError) -> None:
        super().__init__(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        )


def install() -> None:
    """Run code where moto wants Docker."""
    LambdaFunction._invoke_lambda = run
    LambdaFunction.invoke = invoke
    clock.on_tick(lambda *_: function_pool.end_idle())


def stop() -> None:
    """Take no more invocations and end the workers."""
    asynchronous.stop()
    function_pool.end_idle(0)


def invoke(self: LambdaFunction, body: Any, request_headers: Any, response_headers: Any) -> bytes:
    """Invoke as the request says: RequestResponse, Event or DryRun."""
    try:
        event = json.loads(body) if body else {}
    except ValueError as error:
        raise NotJson(error) from error
    headers = {str(name).lower(): value for name, value in dict(request_headers).items()}
    kind = headers.get("x-amz-invocation-type", "RequestResponse")
    response_headers["x-amz-executed-version"] = _version(self)
    if kind == "DryRun":
        return b""
    if kind == "Event":
        asynchronous.begin(run, self, event)
        return b""
    payload, failed, printed = run(self, event)
    if failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    tail = printed.encode()[-4096:]
    response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
    return payload.encode()


def run(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    """Run the handler once: (payload as JSON text, whether it failed, what it printed).

    Raises Throttled when the function may not run at all.
    """
    limit = function_pool.MOST_WORKERS
    if self.reserved_concurrency is not None:
        limit = min(limit, int(self.reserved_concurrency))
    if limit == 0:
        raise Throttled
    request = {
        "id": str(uuid.uuid4()),
        "event": {} if event is None else event,
        "arn": self.function_arn,
        "trace": f"Root=1-{int(time.time()):x}-{uuid.uuid4().hex[:24]}",
    }
    result: dict[str, Any] = {}
    try:
        with function_pool.borrowed(
            self.function_arn, _code(self), limit, self.logs_group_name
        ) as (worker, is_new):
            _run_on(self, worker, is_new, request, result)
    except (WorkerDied, WorkerTimedOut):
        pass  # the worker is gone; the result says how
    _measure(self, result)
    return result["payload"], result["failed"], result["printed"]


def _run_on(
    function: LambdaFunction,
    worker: Worker,
    is_new: bool,
    request: dict[str, Any],
    result: dict[str, Any],
) -> None:
    began, ident, timeout = time.time(), request["id"], int(function.timeout)
    error, payload = None, "null"
    try:
        answer = worker.invoke({**request, "deadline": began + timeout}, timeout)
        error, payload = answer["error"], answer["result"]
    except WorkerTimedOut:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        message = f"{stamp} {ident} Task timed out after {timeout}.00 seconds"
        error = {"errorType": "Sandbox.Timedout", "errorMessage": message}
        raise
    except WorkerDied:
        worker.process.wait(5)
        error = {"errorType": "Runtime.ExitError", "errorMessage": _exit(ident, worker)}
        raise
    finally:
        if error:
            payload = json.dumps({**error, "requestId": ident})
        result |= {"payload": payload, "failed": error is not None, "began": began}
        result["seconds"] = time.time() - began
        result["printed"] = _log(function, worker, is_new, ident, result)


def _exit(ident: str, worker: Worker) -> str:
    status = worker.process.returncode
    how = f"signal: {-status}" if status < 0 else f"exit status {status}"
    return f"RequestId: {ident} Error: Runtime exited with error: {how}"


def _log(
    function: LambdaFunction, worker: Worker, is_new: bool, ident: str, result: dict[str, Any]
) -> str:
    milliseconds = result["seconds"] * 1000
    size = function.memory_size
    lines = [f"INIT_START Runtime Version: {function.run_time}"] if is_new else []
    lines += [f"START RequestId: {ident} Version: {_version(function)}"]
    lines += worker.printed().splitlines()
    if result["failed"]:
        error = json.loads(result["payload"])
        lines.append(f"[ERROR] {error['errorType']}: {error['errorMessage']}")
    lines += [
        f"END RequestId: {ident}",
        f"REPORT RequestId: {ident}\tDuration: {milliseconds:.2f} ms\t"
        f"Billed Duration: {int(milliseconds) + 1} ms\tMemory Size: {size} MB",
    ]
    group = function.logs_group_name
    cloudwatch.write(function.account_id, function.region, group, worker.stream, lines)
    return "\n".join(lines) + "\n"


def _measure(function: LambdaFunction, result: dict[str, Any]) -> None:
    metrics = {
        "Invocations": 1.0,
        "Errors": float(result["failed"]),
        "Duration": result["seconds"] * 1000,
    }
    for name, value in metrics.items():
        about = {"FunctionName": function.function_name}
        cloudwatch.publish(function.account_id, function.region, "AWS/Lambda", name, value, about)


def _version(function: LambdaFunction) -> str:
    return str(function.version)


def _code(function: LambdaFunction) -> Code:
    backend = get_backend(function.account_id, function.region)
    layers = [backend.layers_versions_by_arn(layer["Arn"]) for layer in function.layers]
    zips = (function.code_bytes, *(layer.code_bytes for layer in layers if layer))
    return Code(zips, tuple(sorted(_environment(function).items())))


def _environment(function: LambdaFunction) -> dict[str, str]:
    given = {name: str(value) for name, value in (function.environment_vars or {}).items()}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "_HANDLER": function.handler,
        "AWS_ENDPOINT_URL": context.current().endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": _version(function),
        **given,
    }
