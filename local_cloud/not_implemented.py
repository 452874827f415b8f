"""What moto cannot do is said at once: HTTP 400 with a sentence, in the service's own protocol.

moto answers 500 to an operation it lacks, and SDKs retry a 500 (Terraform 25 times, for minutes).
A crash inside a handler is no more worth retrying; it is a 400 too, with its traceback in the log.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

log = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class UnknownOperation(ServiceException):
    """The local cloud does not implement an operation."""

    code = "UnknownOperationException"


class HandlerCrashed(ServiceException):
    """The local cloud has a bug in an operation."""

    code = "LocalCloudCrashed"


def install() -> None:
    """Wrap the one place where every service's operation is dispatched."""
    dispatch = BaseResponse.call_action

    def call_action(self: BaseResponse) -> Any:
        what = f"{self.service_name}.{self._get_action()}"
        try:
            return dispatch(self)
        except NotImplementedError as missing:
            log.warning("%s is not implemented: %s", what, missing)
            found: ServiceException = UnknownOperation(_lacking(what))
        except Exception as crash:
            log.exception("%s crashed", what)
            found = HandlerCrashed(_crashed(what, crash))
        status, headers, body = self.serialized(ActionResult(found))
        headers["status"] = str(status)
        return status, headers, body

    BaseResponse.call_action = call_action


class Explain:
    """WSGI layer for what does not pass `call_action`: S3, and services moto has never heard of."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does; what it raises becomes a 400."""
        try:
            return self.application(environ, start_response)
        except Exception as crash:
            service = service_of(environ)
            what = f"{service} {environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            if _is_unknown(service) or isinstance(crash, NotImplementedError):
                code, message = UnknownOperation.code, _lacking(what)
                log.warning(message)
            else:
                code, message = HandlerCrashed.code, _crashed(what, crash)
                log.exception("%s crashed", what)
            kind, body = _body(service, environ.get("CONTENT_TYPE", ""), code, message)
            start_response(
                "400 Bad Request",
                [("Content-Type", kind), ("x-amzn-errortype", code)],
            )
            return [body.encode()]


def _lacking(what: str) -> str:
    return f"the local cloud does not implement {what}"


def _crashed(what: str, crash: Exception) -> str:
    return f"the local cloud crashed in {what} ({crash!r}); its log has the traceback"


def service_of(environ: dict[str, Any]) -> str:
    """The service that a request is signed for; S3 when it is not signed."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return scope[1] if scope else "s3"


def _is_unknown(service: str) -> bool:
    from moto.backend_index import backend_url_patterns
    from moto.moto_server.werkzeug_app import SIGNING_ALIASES

    host = f"http://{SIGNING_ALIASES.get(service, service)}.us-east-1.amazonaws.com"
    return not any(pattern.match(host) for _, pattern in backend_url_patterns)


def _body(service: str, kind: str, code: str, message: str) -> tuple[str, str]:
    if "json" in kind:
        import json

        return "application/json", json.dumps({"__type": code, "message": message})
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return "application/xml", body
