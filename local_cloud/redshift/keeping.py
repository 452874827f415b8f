"""Sessions that outlive their statement: SessionKeepAliveSeconds and SessionId.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-session-reuse.html
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moto.redshiftdata.exceptions import ValidationException

from local_cloud.redshift.executions import Place, now
from local_cloud.redshift.session import Session


@dataclass
class Keep:
    """One kept session; it does one statement at a time and ends with the cloud."""

    place: Place
    seconds: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    session: Session | None = None
    ends: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept: dict[str, Keep] = {}


def new(place: Place, seconds: int) -> Keep:
    """A session that stays `seconds` after its last statement."""
    keep = Keep(place, seconds, ends=now() + seconds)
    _kept[keep.id] = keep
    return keep


def find(id_: str, seconds: int | None) -> Keep:
    """The session of an earlier statement. Raises ValidationException."""
    _end_idle()
    keep = _kept.get(id_)
    if keep is None:
        raise ValidationException("Session is not available. It is expired or does not exist.")
    if not keep.lock.acquire(blocking=False):
        raise ValidationException("Session is busy with another query.")
    keep.lock.release()
    keep.seconds = keep.seconds if seconds is None else seconds
    return keep


@contextmanager
def session(keep: Keep | None, begin: Callable[[], Session]) -> Iterator[Session]:
    """The kept session, else one that ends with the block. Raises Failed."""
    if keep is None:
        found = begin()
        try:
            yield found
        finally:
            found.close()
        return
    with keep.lock:
        keep.session = keep.session or begin()
        yield keep.session
        keep.ends = now() + keep.seconds


def _end_idle() -> None:
    for keep in list(_kept.values()):
        if keep.ends < now() and not keep.lock.locked():
            _kept.pop(keep.id, None)
            if keep.session is not None:
                keep.session.close()
