"""One hash over files, to know whether anything changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

LEFT_OUT = {".terraform", "__pycache__"}


def fingerprint(folders: Iterable[Path], *also: str) -> str:
    """A hash over names and bytes of all files below `folders`, and over the words `also`."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.parts) and ".tfstate" not in path.name:
                digest.update(f"{path.relative_to(folder.parent)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for word in also:
        digest.update(f"{word}\0".encode())
    return digest.hexdigest()
