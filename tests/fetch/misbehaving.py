"""A real HTTP server on loopback that does what servers do at night."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Misbehaving:
    """Answers each path by the next of its acts; the last one stays."""

    address: str = ""
    acts: dict[str, list[Act]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def at(self, path: str, *acts: Act) -> str:
        """Let a path be answered so; answers its whole address."""
        self.acts[path] = list(acts)
        return self.address + path

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, dict(request.headers)))
        acts = self.acts.get(request.path, [status(404)])
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        act(request)


@contextmanager
def serve() -> Iterator[Misbehaving]:
    """Serve on a free port until the block ends."""
    site = Misbehaving()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def whole(body: bytes, **headers: str) -> Act:
    """The file, unless the client has it."""
    etag = f'"{hashlib.md5(body).hexdigest()}"'

    def act(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("If-None-Match") == etag:
            return status(304)(request)
        _start(request, 200, {"ETag": etag, "Content-Length": str(len(body)), **headers})
        request.wfile.write(body)

    return act


def plain(body: bytes) -> Act:
    """The file, from a server that knows nothing of it."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _start(request, 200, {"Content-Length": str(len(body))})
        request.wfile.write(body)

    return act


def status(code: int, **headers: str) -> Act:
    """No file, but a number."""

    def act(request: BaseHTTPRequestHandler) -> None:
        body = b"" if code == 304 else b"<html>no</html>"
        _start(request, code, {"Content-Length": str(len(body)), **headers})
        request.wfile.write(body)

    return act


def cut(body: bytes, after: int) -> Act:
    """The connection breaks within the file."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _start(request, 200, {"Content-Length": str(len(body))})
        request.wfile.write(body[:after])
        request.close_connection = True

    return act


def dropped(request: BaseHTTPRequestHandler) -> None:
    """The connection breaks before a word was said."""
    request.close_connection = True


def slow(body: bytes, pause: float) -> Act:
    """The file, drop by drop."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _start(request, 200, {"Content-Length": str(len(body))})
        for at in range(0, len(body), 4):
            request.wfile.write(body[at : at + 4])
            request.wfile.flush()
            time.sleep(pause)

    return act


def redirect(to: str) -> Act:
    """The file is elsewhere."""
    return status(302, Location=to)


def _start(request: BaseHTTPRequestHandler, code: int, headers: dict[str, str]) -> None:
    request.send_response(code)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
