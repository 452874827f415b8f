"""Install Superset where it is not, each package pinned and verified by its hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stagecoach.errors import SetupError
from workbench import setup
from workbench.dashboard.place import SUPERSET
from workbench.progress import Steps
from workbench.state import ROOT

LOCK = Path(__file__).resolve().parent / "requirements.lock"
PYTHON = SUPERSET / "bin" / "python"
STAMP = "installed"  # a file with the fingerprint of what is there, written last
UNREACHABLE = ("NewConnectionError", "ConnectTimeout", "NameResolution", "ProxyError",
               "No matching distribution", "ReadTimeout", "Connection refused")  # fmt: skip
MEGABYTES = 900  # what it takes on the disk


def is_installed(folder: Path = SUPERSET) -> bool:
    """Whether these very versions are there, all of them."""
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """A hash of everything the installation is made from."""
    return hashlib.sha256(LOCK.read_bytes() + setup.WANTED.encode()).hexdigest()


def install(log: Path, steps: Steps, folder: Path = SUPERSET) -> None:
    """Install Superset unless it is there. Raises SetupError with what to do."""
    if is_installed(folder):
        return
    python, packages = _python(), LOCK.read_text().count("==")
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check")
    (folder / STAMP).unlink(missing_ok=True)
    with steps.step(f"a Python environment for Superset in {os.path.relpath(folder)}"):
        run((python, "-m", "venv", "--clear", folder), log)
    with steps.step(f"installing Superset and what it needs, {packages} pinned packages"):
        run((*pip, "--no-input", "--quiet", "--require-hashes", "--no-deps", "-r", LOCK), log)
    (folder / STAMP).write_text(fingerprint())


def _python() -> str:
    """A Python of the wanted version. Raises SetupError where there is none, or no room."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < MEGABYTES:
        raise SetupError(f"{free} MB of disk are free, Superset needs {MEGABYTES} MB - make room")
    try:
        return setup.find_python()
    except LookupError as error:
        raise SetupError(str(error).replace("run make", "run make dashboard")) from None


def run(command: tuple[str | Path, ...], log: Path) -> None:
    """Run it, its noise in the log. Raises SetupError with one sentence when it fails."""
    with log.open("ab") as file:
        began = file.tell()
        status = subprocess.call(  # noqa: S603 - our own words
            list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    if status != 0:
        raise SetupError(_why(log.read_bytes()[began:].decode(errors="replace"), log))


def _why(said: str, log: Path) -> str:
    if any(word in said for word in UNREACHABLE):
        return (
            "PyPI did not answer, Superset is installed from it - connect this machine, or name a"
            f" mirror in PIP_INDEX_URL, then run `make dashboard` again; the log is {log}"
        )
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
    return f"Superset could not be installed: {last.strip()} - the log is {log}"


def main() -> int:
    """Install it, for `make dashboard-test`; 0 when it is there."""
    SUPERSET.parent.mkdir(exist_ok=True)
    try:
        with Steps() as steps:
            install(SUPERSET.with_name("superset.log"), steps)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
