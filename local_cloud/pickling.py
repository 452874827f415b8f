"""Pickling moto's objects: locks, threads, keys and files in them are replaced or made anew."""

from __future__ import annotations

import collections
import concurrent.futures
import copyreg
import functools
import importlib
import io
import logging
import pickle
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives import serialization
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.iam.models import AWSManagedPolicy, IAMBackend

log = logging.getLogger(__name__)

_LEFT_OUT = (
    subprocess.Popen,
    threading.Thread,
    concurrent.futures.Executor,
    concurrent.futures.Future,
)
_MADE_ANEW: dict[type, Callable[[], Any]] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
    threading.Condition: threading.Condition,
    threading.Event: threading.Event,
}


def dumps(thing: Any) -> bytes:
    """The pickle of anything moto holds. Raises RuntimeError when it changes under our hands."""
    out = io.BytesIO()
    _Pickler(out).dump(thing)
    return out.getvalue()


def loads(raw: bytes) -> Any:
    """What `dumps` was given."""
    return _Unpickler(io.BytesIO(raw)).load()


def backend_dicts() -> dict[tuple[str, str], BackendDict[Any]]:
    """moto's roots, one per service, by the module and the name where they are found again."""
    return _backend_dicts(len(sys.modules))  # a service is imported when it is first asked


@functools.lru_cache(maxsize=1)
def _backend_dicts(_modules: int) -> dict[tuple[str, str], BackendDict[Any]]:
    found: dict[int, tuple[str, str]] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("moto.") and name.endswith("models"):
            for variable, value in list(vars(module).items()):
                if isinstance(value, BackendDict):
                    found.setdefault(id(value), (name, variable))
    return {place: getattr(sys.modules[place[0]], place[1]) for place in found.values()}


class _Pickler(pickle.Pickler):
    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, protocol=5)
        roots = backend_dicts()
        self.places = {id(root): place for place, root in roots.items()}
        self.accounts = {
            id(regions): (place, account)
            for place, root in roots.items()
            for account, regions in list(root.items())
        }

    def persistent_id(self, thing: Any) -> Any:
        if isinstance(thing, BackendDict):
            return ("root", self.places[id(thing)])
        if isinstance(thing, AccountSpecificBackend):
            return ("account", *self.accounts[id(thing)])
        if isinstance(thing, AWSManagedPolicy) and not thing.attachment_count:
            # 1,400 documents that moto brings along, nine tenths of a snapshot
            return ("policy", thing.account_id, thing.partition, thing.arn)
        return ("nothing",) if isinstance(thing, _LEFT_OUT) else None

    def reducer_override(self, thing: Any) -> Any:
        kind = type(thing)
        if kind in _MADE_ANEW:
            return _MADE_ANEW[kind], ()
        if kind is types.ModuleType:
            return importlib.import_module, (thing.__name__,)
        if kind is types.FunctionType and "<" in thing.__qualname__:
            return _nothing_to_call, ()
        if isinstance(thing, collections.defaultdict) and kind is not collections.defaultdict:
            items = iter(list(thing.items()))
            return copyreg.__newobj__, (kind,), dict(thing.__dict__), None, items, _set_state
        if isinstance(thing, tempfile.SpooledTemporaryFile):
            thing.seek(0)
            return _spooled, (thing.read(),)
        if (kind.__module__ or "").startswith("cryptography."):
            return _reduced_key(thing)
        return NotImplemented if _can_be_pickled(kind, thing) else (_nothing, ())


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        if pid[0] == "nothing":
            return None
        if pid[0] == "policy":
            return _aws_policies(*pid[1:3])[pid[3]]
        module, variable = pid[1]
        root = getattr(importlib.import_module(module), variable)
        return root if pid[0] == "root" else root[pid[2]]


@functools.cache
def _aws_policies(account: str, partition: str) -> dict[str, AWSManagedPolicy]:
    return {policy.arn: policy for policy in IAMBackend(partition, account).aws_managed_policies}


_judged: dict[type, bool] = {}


def _can_be_pickled(kind: type, thing: Any) -> bool:
    """Once per type: sockets, generators and clients cannot, and nobody needs them again."""
    if isinstance(thing, type | types.FunctionType) or kind in copyreg.dispatch_table:
        return True
    if kind not in _judged:
        try:
            thing.__reduce_ex__(5)
            _judged[kind] = True
        except TypeError as reason:
            log.info(
                "a snapshot leaves out every %s.%s: %s", kind.__module__, kind.__name__, reason
            )
            _judged[kind] = False
    return _judged[kind]


def _reduced_key(key: Any) -> Any:
    if hasattr(key, "private_bytes"):
        raw = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return _private_key, (raw,)
    if hasattr(key, "public_bytes"):
        raw = key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return _public_key, (raw,)
    return NotImplemented


# cryptography's own loaders are built in, under a module's name that cannot be imported


def _private_key(raw: bytes) -> Any:
    return serialization.load_pem_private_key(raw, None)


def _public_key(raw: bytes) -> Any:
    return serialization.load_pem_public_key(raw)


def _set_state(thing: Any, state: Any) -> None:
    thing.__dict__.update(state)


def _spooled(raw: bytes) -> tempfile.SpooledTemporaryFile[bytes]:
    file = tempfile.SpooledTemporaryFile(5 << 20)  # noqa: SIM115 - moto closes it
    file.write(raw)
    return file


def _nothing() -> None:
    return None


def _nothing_to_call() -> Callable[..., Iterable[Any] | None]:
    return _nothing_happens


def _nothing_happens(*_: Any, **__: Any) -> None:
    return None
