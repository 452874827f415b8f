"""The schema of a Parquet file as it is written there: Arrow tells what it makes of it.

The footer is a struct of Thrift's compact protocol; fields are told by their numbers in
parquet.thrift of apache/parquet-format.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPE, LENGTH, NAME, CONVERTED, SCALE, PRECISION = 1, 2, 4, 6, 7, 8  # of a SchemaElement
PHYSICAL = {0: "boolean", 1: "int32", 2: "int64", 4: "float", 5: "double", 6: "binary", 7: "fixed"}
MEANING = {0: "utf8", 5: "decimal", 6: "date", 10: "timestamp in micros", 16: "int16", 17: "int32"}


def schema(path: Path) -> dict[str, tuple[Any, ...]]:
    """For each column: physical type (with its length), converted type, precision and scale."""
    data = path.read_bytes()
    size = int.from_bytes(data[-8:-4], "little")
    _, *elements = _Compact(data[-8 - size : -8]).struct()[2]
    return {element[NAME].decode(): _described(element) for element in elements}


def _described(element: dict[int, Any]) -> tuple[Any, ...]:
    physical = PHYSICAL[element[TYPE]] + str(element.get(LENGTH, ""))
    numbers = [element[each] for each in (PRECISION, SCALE) if each in element]
    return physical, MEANING.get(element.get(CONVERTED, -1)), *numbers


@dataclass
class _Compact:
    """Reads what stands at a place of a text in the compact protocol."""

    data: bytes
    place: int = 0

    def struct(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        last = 0
        while (head := self._take(1)[0]) != 0:
            last = last + (head >> 4) if head >> 4 else self._signed()
            found[last] = self._value(head & 15)
        return found

    def _value(self, kind: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind in (3, 7):
            return self._take(1 if kind == 3 else 8)
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 8:
            return self._take(self._unsigned())
        if kind == 12:
            return self.struct()
        head = self._take(1)[0]
        count = self._unsigned() if head >> 4 == 15 else head >> 4
        return [self._value(head & 15) for _ in range(count)]

    def _take(self, count: int) -> bytes:
        self.place += count
        return self.data[self.place - count : self.place]

    def _unsigned(self) -> int:
        found = shift = 0
        while True:
            byte = self._take(1)[0]
            found |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return found

    def _signed(self) -> int:
        found = self._unsigned()
        return (found >> 1) ^ -(found & 1)
