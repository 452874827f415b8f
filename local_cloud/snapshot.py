"""The memory of the cloud between runs: one file with everything moto holds.

Written at a clean stop, on `POST /_local/save`, soon after what must not be forgotten, and every
ten seconds while requests change things. Changes of objects in between are in the S3 journal.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import pickle
import re
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moto.core.base_backend import BackendDict

from local_cloud import context, pickling
from local_cloud.admin import Query, route
from local_cloud.not_implemented import Application

log = logging.getLogger(__name__)

FORMAT = 1
EVERY_SECONDS = 10.0
_READS = re.compile(r"(Describe|Get|List|Head|BatchGet|Lookup|Search|Query)")
_OURS = ("backend", "service_name", "_id", "_use_boto3_regions", "_additional_regions")
_one_at_a_time = threading.Lock()
_changed = threading.Event()
_soon = threading.Event()


class Unreadable(Exception):
    """One sentence for the user: the snapshot is another version's, or broken."""


class Watch:
    """WSGI layer: notices requests that change something."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does."""
        answer = self.application(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") and not _only_reads(environ):
            _changed.set()
        return answer


def changed() -> None:
    """Tell that something changed without a request: a run ended, a schedule fired."""
    _changed.set()


def save_soon() -> None:
    """Have the snapshot taken within a moment, in the background."""
    _changed.set()
    _soon.set()


@route("/_local/save", "POST")
def save(_: Query | None = None) -> dict[str, Any]:
    """Write the snapshot; the one before stays until the new one is complete."""
    from local_cloud.s3 import journal

    begun = time.monotonic()
    with _one_at_a_time:
        _changed.clear()
        first = journal.rotate()
        raw = _settled()
        draft = _path().with_suffix(".new")
        draft.write_bytes(_header(first) + b"\n" + raw)
        draft.replace(_path())
        journal.forget_before(first)
    return {"bytes": len(raw), "seconds": round(time.monotonic() - begun, 3)}


def restore() -> bool:
    """Fill moto from the snapshot and the journal, if there is one. Raises Unreadable."""
    from local_cloud.s3 import journal

    first, found = 0, _path().exists()
    if found:
        begun = time.monotonic()
        header, _, raw = _path().read_bytes().partition(b"\n")
        first = _checked(header)
        try:
            _put_back(pickling.loads(raw))
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError) as wrong:
            raise Unreadable(_advice(f"cannot be read ({wrong})")) from wrong
        log.info("restored the snapshot in %.2f s", time.monotonic() - begun)
    records = journal.replay(first)
    if records:
        log.info("replayed %d changes of objects", records)
        _changed.set()
    return found


def save_now_and_then() -> None:
    """Start the thread that saves while things change."""
    threading.Thread(target=_keep_saving, name="snapshot", daemon=True).start()


def _keep_saving() -> None:
    while True:
        _soon.wait(EVERY_SECONDS)
        _soon.clear()
        if _changed.is_set():
            try:
                save()
            except Exception:
                log.exception("the snapshot was not saved")


def _settled() -> bytes:
    """The pickle of everything; begun again when a request changed a dictionary under it."""
    for attempt in range(20):
        try:
            return pickling.dumps(_everything())
        except RuntimeError:
            time.sleep(0.05 * attempt)
    return pickling.dumps(_everything())


def _everything() -> dict[tuple[str, str], Any]:
    content = {}
    for place, root in pickling.backend_dicts().items():
        accounts = {
            account: dict(dict.items(regions)) for account, regions in list(dict.items(root))
        }
        besides = {name: value for name, value in vars(root).items() if name not in _OURS}
        if any(accounts.values()):
            content[place] = (accounts, besides)
    return content


def _put_back(content: dict[tuple[str, str], Any]) -> None:
    for (module, variable), (accounts, besides) in content.items():
        root: BackendDict[Any] = getattr(importlib.import_module(module), variable)
        root.__dict__.update(besides)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                dict.__setitem__(root[account], region, backend)


def _path() -> Path:
    return context.current().state / "snapshot"


def _header(first: int) -> bytes:
    return json.dumps({"format": FORMAT, "moto": _moto(), "journal": first}).encode()


def _checked(header: bytes) -> int:
    """The journal segment to begin with. Raises Unreadable for another version's snapshot."""
    try:
        facts = json.loads(header)
        written_by, first = (facts["format"], facts["moto"]), int(facts["journal"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise Unreadable(_advice("is not a snapshot")) from wrong
    if written_by != (FORMAT, _moto()):
        raise Unreadable(
            _advice(
                f"is of format {written_by[0]} and moto {written_by[1]}, "
                f"and this is format {FORMAT} and moto {_moto()}"
            )
        )
    return first


def _advice(found: str) -> str:
    return f"{_path()} {found} - run `stagecoach down --erase` to begin afresh"


def _moto() -> str:
    return importlib.metadata.version("moto")


def _only_reads(environ: dict[str, Any]) -> bool:
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if target:
        return _READS.match(target) is not None
    from local_cloud.s3 import requests

    # objects are in the journal; buckets and their settings are not
    is_s3 = requests.is_s3(environ, requests.query_of(environ))
    return is_s3 and bool(requests.object_of(environ)[1])
