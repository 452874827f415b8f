"""Is the text in the declared encoding, and how are its lines written?"""

from __future__ import annotations

import codecs

from stagecoach.errors import FileRefused
from stagecoach.sniff import magic
from stagecoach.sniff.peek import LINE_MOST, Peek

SEND_IT = "have the sender write it in that, or declare source.csv.encoding"
UTF8_TAIL = 3  # a character of UTF-8 has at most this many bytes behind its first


def check_encoding(peek: Peek, encoding: str) -> bool:
    """Whether the text begins with the mark of UTF-8. Raises FileRefused on another encoding."""
    wide = magic.wide_encoding(peek.head)
    if wide is not None and not encoding.startswith(wide):
        raise FileRefused(f"the file is in {wide} - wanted {encoding}; {SEND_IT}")
    if is_wide(encoding) and peek.head.isascii() and wide is None:
        raise FileRefused(f"the file is plain ASCII - wanted {encoding}; {SEND_IT}")
    marked = peek.head.startswith(magic.UTF8_MARK)
    if marked and encoding != "utf-8":
        raise FileRefused(
            f"the file begins with the mark of utf-8 - wanted {encoding}; declare "
            "source.csv.encoding: utf-8 if the sender means it"
        )
    _check_part(peek.head, 0, encoding, is_end=peek.whole)
    if peek.tail and (encoding == "utf-8" or _is_one_byte(encoding)):
        start = _first_character(peek.tail) if encoding == "utf-8" else 0
        _check_part(peek.tail[start:], peek.tail_at + start, encoding, is_end=True)
    if encoding not in ("utf-8", "ascii") and not is_wide(encoding) and _is_utf8(peek.head):
        raise FileRefused(
            f"the file is in utf-8 - wanted {encoding}, which would garble it; declare "
            "source.csv.encoding: utf-8"
        )
    return marked


def is_wide(encoding: str) -> bool:
    """Whether a character has two bytes or more, so that a range may begin within one."""
    return encoding.startswith(("utf-16", "utf-32"))


def _is_one_byte(encoding: str) -> bool:
    """Whether every byte is a character, so that a range may begin anywhere."""
    every = bytes(range(256))
    return len(every.decode(encoding, "replace")) == len(every)


def _check_part(part: bytes, start: int, encoding: str, *, is_end: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(part, final=is_end)
    except UnicodeDecodeError as error:
        at = start + error.start
        if is_end and error.end == len(part) and "unexpected end" in error.reason:
            raise FileRefused(
                f"the file ends at byte {at} in the middle of a character - wanted {encoding} to "
                "the last byte; it was cut short on its way, send it again"
            ) from None
        raise FileRefused(
            f"byte {at} (0x{part[error.start]:02x}) is not {encoding} - wanted {encoding} "
            f"throughout{_likely(part, error.start)}; {SEND_IT}"
        ) from None
    except UnicodeError:
        raise FileRefused(
            f"the file has no byte order mark - wanted one, as {encoding} needs it; {SEND_IT}"
        ) from None


def _likely(part: bytes, at: int) -> str:
    """What the text around a bad byte would be in the usual other encoding."""
    around = part[max(0, at - 8) : at + 8].splitlines()
    here = next((piece for piece in around if any(byte > 127 for byte in piece)), b"")
    try:
        return f" (as cp1252 it reads {here.decode('cp1252')!r})"
    except UnicodeDecodeError:
        return ""


def _first_character(tail: bytes) -> int:
    """Where the first whole character starts in a range cut out of UTF-8."""
    for at, byte in enumerate(tail[: UTF8_TAIL + 1]):
        if byte & 0b1100_0000 != 0b1000_0000:
            return at
    return 0


def _is_utf8(head: bytes) -> bool:
    """Whether it has characters beyond ASCII and all of them are right UTF-8: never by chance."""
    if head.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def newline(text: str) -> str:
    """How lines end: `lf`, `crlf`, `cr`, `mixed`, or `none` when there is one line."""
    pairs = text.count("\r\n")
    inside = text.removesuffix("\r")  # the range may end between the two of a pair
    counts = {
        "crlf": pairs,
        "lf": text.count("\n") - pairs,
        "cr": inside.count("\r") - pairs,
    }
    used = [name for name, count in counts.items() if count > 0]
    return used[0] if len(used) == 1 else "mixed" if used else "none"


def check_lines(peek: Peek) -> None:
    """Raises FileRefused when a line is longer than LINE_MOST, as far as the ranges show."""
    for number, line in enumerate(peek.head.splitlines(), start=1):
        if len(line) > LINE_MOST:
            raise FileRefused(
                f"line {number} is longer than {LINE_MOST:,} bytes - wanted lines that are rows; "
                "look at its line ends and quotes, and send it again"
            )
