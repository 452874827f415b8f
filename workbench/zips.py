"""Zip files that are byte-identical when what goes in is."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from stagecoach.errors import SetupError

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
READABLE = 0o100644 << 16
COMPILED = (".so", ".pyd", ".dylib", ".dll")

Files = dict[str, bytes]


def pack(files: Files) -> bytes:
    """A zip of {name: bytes}: sorted, with fixed times and permissions."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = READABLE
            entry.create_system = 3  # Unix on every machine, or the bytes would tell where it ran
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tree(folder: Path, below: str = "", suffixes: tuple[str, ...] = (".py",)) -> Files:
    """The files of a folder with these suffixes, named relative to it under `below`."""
    return {
        f"{below}{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts
    }


def installed(name: str) -> Files:
    """An installed distribution with all it requires: its code, metadata and licences.

    Raises SetupError when one is missing or holds a compiled file, which Lambda may not load.
    """
    files: Files = {}
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        found = _distribution(current)
        files.update(_files(found))
        waiting.extend(_required(found))
    return files


def _distribution(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise SetupError(f"{name} is not installed - run make setup, then build again") from None


def _files(found: Distribution) -> Files:
    files: Files = {}
    for path in found.files or []:
        name = path.as_posix()
        if name.endswith(COMPILED):
            raise SetupError(
                f"{found.name} holds the compiled file {name} - only pure Python may go into a "
                "Lambda zip; install its pure wheel"
            )
        about = ".dist-info/" in name
        wanted = not about or name.endswith("METADATA") or "LICENSE" in name
        if wanted and not name.endswith(".pyc") and not name.startswith(".."):
            files[name] = Path(str(found.locate_file(path))).read_bytes()
    return files


def _required(found: Distribution) -> list[str]:
    """The names it requires on every machine, without its extras."""
    always = [line for line in found.requires or [] if ";" not in line]
    return [re.split(r"[\s<>=!~(\[]", line, maxsplit=1)[0] for line in always]
