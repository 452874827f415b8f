"""One Lambda execution environment: a process that loads a handler once and serves invocations.

Started as `python -I -S function_worker.py FD RUNTIME CODE LAYER...`; speaks JSON lines over the
socket FD. Standard library only, because the handler sees this very interpreter.
"""

import importlib
import json
import os
import socket
import sys
import time
import traceback


class Context:
    """What a handler learns about its invocation, as AWS names it."""

    def __init__(self, request):
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.invoked_function_arn = request["arn"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.aws_request_id = request["id"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = request["deadline"]

    def get_remaining_time_in_millis(self):
        """Milliseconds until the invocation is ended."""
        return max(0, int((self._deadline - time.time()) * 1000))


def failure(error, kind=None):
    """An error as Lambda answers it."""
    return {
        "errorMessage": str(error),
        "errorType": kind or type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def load(handler):
    """Answer (function, None), or (None, the error that Lambda would answer)."""
    module, _, name = handler.rpartition(".")
    try:
        return getattr(importlib.import_module(module.replace("/", ".")), name), None
    except ImportError as error:
        broken = failure(error, "Runtime.ImportModuleError")
        broken["errorMessage"] = f"Unable to import module '{module}': {error}"
    except SyntaxError as error:
        broken = failure(error, "Runtime.UserCodeSyntaxError")
        broken["errorMessage"] = f"Syntax error in module '{module}': {error}"
    except AttributeError as error:
        broken = failure(error, "Runtime.HandlerNotFound")
        broken["errorMessage"] = f"Handler '{name}' missing on module '{module}'"
    except Exception as error:  # noqa: BLE001 - whatever the module raises is the answer
        broken = failure(error)
    return None, broken


def serve(function, broken, request):
    """Answer one invocation: (result as JSON text, error), one of them None."""
    if broken:
        return None, broken
    try:
        result = function(request["event"], Context(request))
    except Exception as error:  # noqa: BLE001 - whatever the handler raises is the answer
        traceback.print_exc()
        return None, failure(error)
    try:
        return json.dumps(result), None
    except (TypeError, ValueError) as error:
        kind = "Runtime.MarshalError"
        return None, {
            **failure(error, kind),
            "errorMessage": f"Unable to marshal response: {error}",
        }


def main(descriptor, runtime, *paths):
    """Serve until the other end closes."""
    sys.path[:0] = [*paths, runtime]
    channel = socket.socket(fileno=int(descriptor))
    channel.set_inheritable(False)
    requests, answers = channel.makefile("r"), channel.makefile("w")
    sys.argv = [""]
    function, broken = load(os.environ["_HANDLER"])
    for line in requests:
        request = json.loads(line)
        os.environ["_X_AMZN_TRACE_ID"] = request["trace"]
        result, error = serve(function, broken, request)
        sys.stdout.flush()
        sys.stderr.flush()
        answers.write(json.dumps({"id": request["id"], "result": result, "error": error}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
