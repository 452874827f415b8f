"""Child processes that never outlive the cloud: not after SIGTERM, not after kill -9.

Three nets, since none holds alone: `end_all` at a clean stop; on Linux the kernel's parent-death
signal; and a note per child, so that the next start ends what a crash left behind.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import psutil

from local_cloud import context

log = logging.getLogger(__name__)

Stream = int | IO[Any] | None

# The parent-death signal fires when the forking *thread* ends: fork from one that never does.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawner")
_children: dict[int, subprocess.Popen[bytes]] = {}


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = None,
    stderr: Stream = None,
    user: str | None = None,
    pass_fds: Collection[int] = (),
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session; `death_signal` reaches it should the cloud be killed.

    `user` is honoured only when the cloud runs as root. Raises what Popen raises.
    """
    options: dict[str, Any] = {"user": user, "group": _group(user), "extra_groups": []}
    return _spawner.submit(
        _start,
        [*_death_wish(death_signal), *map(str, argv)],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        start_new_session=True,
        **(options if user and os.geteuid() == 0 else {}),
    ).result()


def end(child: subprocess.Popen[bytes], grace: float = 1.0) -> None:
    """SIGTERM to the child's whole group, SIGKILL to what is left after `grace` seconds."""
    _signal_group(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and (child.poll() is None or _group_lives(child.pid)):
        time.sleep(0.02)
    _signal_group(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(5)
    _forget(child.pid)


def end_all(grace: float = 1.0) -> None:
    """End every child of this cloud, all at once rather than one after the other."""
    running = list(_children.values())
    for child in running:
        _signal_group(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    for child in running:
        end(child, max(0.0, deadline - time.monotonic()))


def end_leftovers() -> int:
    """End what an earlier cloud of this state directory left running; answers how many groups."""
    ended = 0
    for note in _notes().glob("*"):
        pid, born = int(note.name), float(note.read_text() or 0)
        members = _members(pid, born)
        for process in members:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        for process in psutil.wait_procs(members, timeout=3)[1]:
            with contextlib.suppress(psutil.Error):
                process.kill()
        ended += bool(members)
        note.unlink(missing_ok=True)
    return ended


def _start(argv: list[str], **options: Any) -> subprocess.Popen[bytes]:
    _forget_the_finished()
    child = subprocess.Popen(argv, **options)  # noqa: S603 - argv comes from our own concerns
    _children[child.pid] = child
    with contextlib.suppress(psutil.Error):
        (_notes() / str(child.pid)).write_text(repr(psutil.Process(child.pid).create_time()))
    return child


def _notes() -> Path:
    folder = context.current().state / "children"
    folder.mkdir(exist_ok=True)
    return folder


def _forget(pid: int) -> None:
    _children.pop(pid, None)
    (_notes() / str(pid)).unlink(missing_ok=True)


def _forget_the_finished() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None and not _group_lives(pid):
            _forget(pid)


def _members(group: int, born: float) -> list[psutil.Process]:
    """Living processes of a group; none when its number now belongs to somebody younger."""
    with contextlib.suppress(psutil.Error):
        if abs(psutil.Process(group).create_time() - born) > 1:
            return []
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.create_time() >= born - 1:
                members.append(process)
    return members


def _group_lives(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _group(user: str | None) -> int | None:
    if not user or os.geteuid() != 0:
        return None
    import pwd  # not on every platform

    return pwd.getpwnam(user).pw_gid


def _death_wish(number: signal.Signals) -> list[str]:
    """The command prefix that asks the kernel for a parent-death signal; empty where unknown."""
    return [_setpriv(), "--pdeathsig", number.name.removeprefix("SIG"), "--"] if _setpriv() else []


@functools.cache
def _setpriv() -> str:
    found = shutil.which("setpriv")
    if not found:
        return ""
    probe = subprocess.run([found, "--pdeathsig", "KILL", "--", "true"], capture_output=True)  # noqa: S603
    return found if probe.returncode == 0 else ""
