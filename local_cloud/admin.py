"""Routes of our own under `/_local/`, served in front of moto.

A route takes the query parameters as a dict of strings and answers anything JSON can hold:

    @route("/_local/health", "GET")
    def health(query): return {"state": "ready"}
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

log = logging.getLogger(__name__)

Query = dict[str, str]
Route = Callable[[Query], Any]
PREFIX = "/_local/"
_routes: dict[tuple[str, str], Route] = {}


def route(path: str, method: str = "GET") -> Callable[[Route], Route]:
    """Serve `method path` with the decorated function. A ValueError it raises is a 400."""

    def register(function: Route) -> Route:
        _routes[(method, path)] = function
        return function

    return register


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI side: call the route, answer its JSON; 404 and 405 list what there is."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    found = _routes.get((method, path))
    if found is None:
        methods = [known for known, at in _routes if at == path]
        known = sorted(f"{m} {at}" for m, at in _routes)
        status = "405 Method Not Allowed" if methods else "404 Not Found"
        return _json(start_response, status, {"error": f"no {method} {path}", "routes": known})
    try:
        result = found(dict(parse_qsl(environ.get("QUERY_STRING", ""))))
    except ValueError as wrong:
        return _json(start_response, "400 Bad Request", {"error": str(wrong)})
    except Exception as crash:
        log.exception("%s %s crashed", method, path)
        return _json(start_response, "500 Internal Server Error", {"error": repr(crash)})
    return _json(start_response, "200 OK", result)


def _json(start_response: Callable[..., Any], status: str, body: Any) -> list[bytes]:
    raw = json.dumps(body, default=str).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))]
    start_response(status, headers)
    return [raw]
