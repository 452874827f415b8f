"""The life of one local cloud: take the state directory, patch moto, restore, serve, stop."""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import IO, Any

# moto reads these when it is imported.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from local_cloud import admin, children, context, logs, repeats, snapshot
from local_cloud.not_implemented import Application, Explain

log = logging.getLogger(__name__)

# Order of installing; stopping goes the other way round. Each module has `install()`, which patches
# moto before the first request, and may have `resume()`, called once a snapshot was restored,
# `stop()`, and `layer(application)`, which wraps the WSGI application.
CONCERNS = (
    "local_cloud.not_implemented",
    "local_cloud.fidelity",
    "local_cloud.certificates",
    "local_cloud.databases",
    "local_cloud.redshift.data_api",
    "local_cloud.s3",
    "local_cloud.events",
    "local_cloud.queues",
    "local_cloud.functions",
    "local_cloud.mail",
    "local_cloud.clock",
    "local_cloud.glue",
)


class CannotStart(Exception):
    """One sentence for the user; `code` is the exit code (2 in the way, 3 already running)."""

    def __init__(self, reason: str, code: int = 2) -> None:
        super().__init__(reason)
        self.code = code


class QuietHandler(MotoRequestHandler):
    """moto's handler without a line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: what goes wrong is logged where it does."""


class Dispatcher(DomainDispatcherApplication):
    """moto's, which would list a folder and try 190 patterns for each request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._services: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """The service behind a host name, looked up once."""
        if host not in self._services:
            self._services[host] = super().get_backend_for_host(host)
        return self._services[host]


def run(state: Path, port: int, cache: Path | None = None, code: str | None = None) -> int:
    """Serve until SIGTERM or SIGINT, then end everything and save. Raises CannotStart."""
    lock = _take(state)
    listener = _listen(state, port)
    cloud = context.Cloud(state, listener.getsockname()[1], cache, code)
    context.start(cloud)
    logs.start()
    os.environ["MOTO_PORT"] = str(cloud.port)  # moto calls itself here and there
    children.end_leftovers()
    concerns = [importlib.import_module(name) for name in CONCERNS]
    for concern in concerns:
        concern.install()
    try:
        snapshot.restore()
    except snapshot.Unreadable as reason:
        raise CannotStart(str(reason)) from reason
    server = make_server(
        "127.0.0.1",
        cloud.port,
        _application(concerns),
        threaded=True,
        request_handler=QuietHandler,
        fd=listener.fileno(),
    )
    _stop_on_signals(server)
    _each(concerns, "resume")
    snapshot.save_now_and_then()
    _announce(cloud, lock)
    gc.freeze()
    gc.enable()
    server.serve_forever(poll_interval=0.1)
    _stop(concerns, state)
    return 0


def _take(state: Path) -> IO[str]:
    """The lock of a state directory, held until the process ends, however it ends."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / "lock").open("a+")
    except OSError as wrong:
        raise CannotStart(
            f"cannot write to {state} ({wrong.strerror}) - choose another --state"
        ) from wrong
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "still starting"
        raise CannotStart(
            f"a local cloud already runs on {state} ({holder}) - use it, or end it first", 3
        ) from None
    lock.truncate(0)
    print(f"pid {os.getpid()}", file=lock, flush=True)
    (state / "cloud.json").unlink(missing_ok=True)
    return lock


def _listen(state: Path, port: int) -> socket.socket:
    """A listening socket on `port`, else on the port of last time, else on a free one.

    Queue URLs hold the port and Terraform keeps them in its state, hence "of last time".
    """
    with suppress(OSError, ValueError):
        if not port:
            return _bound(int((state / "port").read_text()))
    try:
        listener = _bound(port)
    except OSError as wrong:
        raise CannotStart(
            f"port {port} of 127.0.0.1 is not to be had ({wrong.strerror}) - choose another --port"
        ) from wrong
    (state / "port").write_text(str(listener.getsockname()[1]))
    return listener


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def _application(concerns: Iterable[ModuleType]) -> Application:
    """moto's application below the layers of the concerns, ours on top."""
    application: Application = Explain(Dispatcher())
    for concern in concerns:
        if hasattr(concern, "layer"):
            application = concern.layer(application)
    application = repeats.Remember(snapshot.Watch(application))

    def outermost(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(admin.PREFIX):
            return admin.answer(environ, start_response)
        return application(environ, start_response)

    return outermost


def _stop_on_signals(server: BaseWSGIServer) -> None:
    def stop(*_: object) -> None:
        # shutdown() waits for serve_forever, which runs in the thread that got the signal
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _announce(cloud: context.Cloud, lock: IO[str]) -> None:
    facts = {
        "pid": os.getpid(),
        "port": cloud.port,
        "endpoint": cloud.endpoint,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "ca": str(cloud.state / "ca.pem"),
        "s3_root": str(cloud.s3_root),
        "code": cloud.code,
    }
    lock.truncate(0)
    print(f"pid {facts['pid']}, {cloud.endpoint}", file=lock, flush=True)
    draft = cloud.state / "cloud.json.new"
    draft.write_text(json.dumps(facts, indent=2) + "\n")
    draft.replace(cloud.state / "cloud.json")
    admin.route("/_local/health")(lambda _: {"state": "ready", **facts})
    log.info("ready at %s", cloud.endpoint)


def _stop(concerns: list[ModuleType], state: Path) -> None:
    log.info("stopping")
    _each(concerns[::-1], "stop")
    context.close()
    children.end_all()
    code = 0
    try:
        snapshot.save()
    except Exception:
        log.exception("the snapshot was not saved")
        code = 1
    (state / "cloud.json").unlink(missing_ok=True)
    log.info("stopped")
    sys.stdout.flush()
    os._exit(code)  # a request or a poller that still waits must not keep the process


def _each(concerns: list[ModuleType], step: str) -> None:
    """Call `step` of every concern that has it; one that fails does not stop the others."""
    for concern in concerns:
        try:
            getattr(concern, step, lambda: None)()
        except Exception:
            log.exception("%s.%s failed", concern.__name__, step)
