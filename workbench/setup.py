"""`make setup`: a virtual environment with the locked packages, made only when something changed.

Runs under whatever `python3` there is, before anything is installed: standard library only.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup.stamp"
WANTED = "3.11"  # what Glue 5.1 runs


def main() -> int:
    """Set up what is missing; 0 when all is there, else one sentence and 1."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and version(str(PYTHON)) == WANTED:
        return 0
    try:
        make_venv()
        install()
    except subprocess.CalledProcessError as error:
        if error.output:
            print(error.output)
        print(f"error: `{' '.join(map(str, error.cmd))}` failed; what it said is above this line")
        return 1
    except LookupError as error:
        print(f"error: {error}")
        return 1
    status = subprocess.call([str(PYTHON), "-m", "workbench.needs"], cwd=ROOT)  # noqa: S603
    if status == 0:
        STAMP.write_text(wanted)
    return status


def fingerprint() -> str:
    """A hash of everything the environment is made from."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Make `.venv` with the right Python, unless it is there."""
    if version(str(PYTHON)) == WANTED:
        return
    python = find_python()
    print(f"setup: a virtual environment in .venv with {python}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)  # noqa: S603


def find_python() -> str:
    """A Python of the wanted version. Raises LookupError with what to do when there is none."""
    for name in (sys.executable, f"python{WANTED}", "python3", "python"):
        path = shutil.which(name)
        if path and version(path) == WANTED:
            return path
    found = ".".join(map(str, sys.version_info[:2]))
    raise LookupError(
        f"Python {found} was found, {WANTED} is wanted (it is what AWS Glue runs)"
        f" - install it so that `python{WANTED}` is on the PATH, then run make again"
    )


def version(python: str) -> str:
    """The version of a Python program, like "3.11"; empty when it does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.run(  # noqa: S603
            [python, "-c", ask], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip()


def install() -> None:
    """Install the locked packages, verified by hash, and this repository in place."""
    lock = (ROOT / "requirements.lock").read_text()
    packages = f"setup: installing {lock.count('==')} pinned packages"
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input")
    pip = [str(PYTHON), "-m", "pip", "install", *quietly]
    run([*pip, "--require-hashes", "-r", "requirements.lock"], packages)
    run([*pip, "--no-deps", "-e", "."], "setup: installing this repository")


def run(command: list[str], what: str) -> None:
    """Run with one line of progress. Raises CalledProcessError with all that was said."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)  # noqa: S603
        while (status := wait(process)) is None:
            tell(f"{what} ... {time.monotonic() - began:.0f} s", end="")
        tell(f"{what}  {time.monotonic() - began:.0f} s", end="\n")
        said.seek(0)
        if status != 0:
            raise subprocess.CalledProcessError(status, command, said.read())


def wait(process: subprocess.Popen) -> int | None:
    """The status of a process after a second at most; None while it runs."""
    try:
        return process.wait(1)
    except subprocess.TimeoutExpired:
        return None


def tell(line: str, end: str) -> None:
    """Write over the line before on a terminal; elsewhere write only what stays."""
    if sys.stdout.isatty():
        print(f"\r{line}", end=end, flush=True)
    elif end:
        print(line, end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main())
