"""The records of a JSON document, numbered from 1, some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from stagecoach.frames.files.lines import Records
from stagecoach.jsondocument import Document, decoded

RECORDS = 8_192
CHARACTERS = 8 * 2**20  # or as many records as have this many characters


def records(pieces: Iterable[bytes], path: tuple[str, ...]) -> Iterator[Records]:
    """The records as they were written. Raises FileRefused where they cannot be told apart."""
    some: list[bytes] = []
    first, size = 1, 0
    for text in Document(decoded(pieces), path).records():
        some.append(text.encode())
        size += len(text)
        if len(some) == RECORDS or size > CHARACTERS:
            yield _numbered(first, some)
            first, size, some = first + len(some), 0, []
    if some:
        yield _numbered(first, some)


def _numbered(first: int, texts: list[bytes]) -> Records:
    return Records(np.arange(first, first + len(texts)), pa.array(texts, pa.binary()))
