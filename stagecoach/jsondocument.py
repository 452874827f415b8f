"""The records of one JSON document, as they were written, without holding the document.

A record that is no JSON comes out as well, for whoever judges records; a document whose records
cannot be told apart is refused.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator

from stagecoach.errors import FileRefused

HELD_MOST = 64 * 2**20  # characters of one record, or of a value beside the records
SPACE = re.compile(r"[ \t\n\r]*")
STRUCTURE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[][{},]', re.DOTALL)
DECODER = json.JSONDecoder()
KINDS = {"[": "an array", "{": "an object", '"': "a text"}


class EndsEarly(FileRefused):
    """The text ended before the document did."""


def decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    """The bytes as text, without a byte order mark. Raises FileRefused where they are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    seen = 0
    try:
        for chunk in chunks:
            yield decoder.decode(chunk)
            seen += len(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"the file is not utf-8 about byte {seen + error.start} ({error.reason}) - wanted "
            "JSON, which is; have the sender write it in that"
        ) from None


class Document:
    """One document of text in pieces; `path` leads to the array of records within objects."""

    def __init__(self, pieces: Iterable[str], path: tuple[str, ...] = ()) -> None:
        self._pieces, self._path = iter(pieces), path
        self._text, self._at, self._gone = "", 0, 0

    def records(self) -> Iterator[str]:
        """The texts of the records in their order.

        Raises FileRefused when they are not where `path` says, or for what is not JSON around them,
        EndsEarly when the text ends first.
        """
        for depth, key in enumerate(self._path):
            self._enter(key, depth)
        if self._next() != "[":
            raise FileRefused(
                f"{self._where(len(self._path))} is {self._kind()} - wanted an array of objects; "
                "declare source.json.path, the keys that lead to it, such as data.items"
            )
        yield from self._elements()
        for depth in reversed(range(len(self._path))):
            self._leave(self._path[depth], depth)
        if self._next(at_end=True):
            raise self._no_json("more after the document")

    def _elements(self) -> Iterator[str]:
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            text = self._value()
            if not text:
                raise self._no_json("nothing where a record was due")
            yield text
            if self._separator("]"):
                return

    def _enter(self, key: str, depth: int) -> None:
        """Go to the value of a key."""
        if self._next() != "{":
            raise FileRefused(
                f"{self._where(depth)} is {self._kind()} - wanted an object with {key!r}, as "
                f"source.json.path {'.'.join(self._path)!r} says"
            )
        self._at += 1
        empty = self._next() == "}"
        while not empty:
            if self._key() == key:
                return
            self._value()
            empty = self._separator("}")
        raise FileRefused(
            f"{self._where(depth)} has no {key!r} - wanted it, as source.json.path "
            f"{'.'.join(self._path)!r} says; have the sender mend it, or change the path"
        )

    def _leave(self, key: str, depth: int) -> None:
        """Pass by what follows the value of a key, to the end of its object."""
        while not self._separator("}"):
            if self._key() == key:
                raise FileRefused(
                    f"{self._where(depth)} has {key!r} twice - wanted it once; "
                    "have the sender mend it"
                )
            self._value()

    def _key(self) -> str:
        written = self._value()
        if self._next() != ":" or not written.startswith('"'):
            raise self._no_json("no key where one was due")
        self._at += 1
        try:
            return str(json.loads(written))
        except ValueError:
            raise self._no_json("no key where one was due") from None

    def _separator(self, closing: str) -> bool:
        """Pass by a comma, or by the closing bracket; whether it was that."""
        found = self._next()
        if found not in (",", closing):
            raise self._no_json(f"{found!r} where a comma or {closing!r} was due")
        self._at += 1
        return found == closing

    def _value(self) -> str:
        """The text of the next value, and go behind it."""
        self._next()
        while (end := self._end_of_value()) is None:
            self._more()
        text, self._at = self._text[self._at : end].rstrip(), end
        return text

    def _end_of_value(self) -> int | None:
        """Where the value ends; None when that is not in sight."""
        try:
            _, end = DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return self._end_by_brackets()
        # A number may go on behind what is in sight.
        return end if SPACE.match(self._text, end).end() < len(self._text) else None  # type: ignore[union-attr]

    def _end_by_brackets(self) -> int | None:
        """The end of what may be no JSON: the comma or bracket outside its texts and brackets."""
        depth = 0
        for found in STRUCTURE.finditer(self._text, self._at):
            sign = found[0]
            if depth == 0 and sign in (",", "]", "}"):
                return found.start()
            depth += (sign in ("[", "{")) - (sign in ("]", "}"))
        return None

    def _next(self, *, at_end: bool = False) -> str:
        """Pass by spaces; the character there, or an empty text where there may be an end."""
        while True:
            self._at = SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            try:
                self._more()
            except EndsEarly:
                if at_end:
                    return ""
                raise

    def _more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise EndsEarly(
                f"the JSON document ends early, at character {self._gone + len(self._text)} - "
                "wanted all of it; it was cut short on its way, send it again"
            )
        self._gone += self._at
        self._text, self._at = self._text[self._at :] + piece, 0
        if len(self._text) > HELD_MOST + len(piece):
            raise FileRefused(
                f"a value of the JSON document, at character {self._gone}, is longer than "
                f"{HELD_MOST:,} characters - wanted smaller records; look at what is sent"
            )

    def _no_json(self, what: str) -> FileRefused:
        return FileRefused(
            f"the document is no JSON, it has {what}, at character {self._gone + self._at} - "
            "wanted one JSON document; look at what the sender exports"
        )

    def _kind(self) -> str:
        return KINDS.get(self._next(), "no array")

    def _where(self, depth: int) -> str:
        return repr(".".join(self._path[:depth])) if depth else "the document"
