"""What is wrong with the declarations: one line per mistake, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from stagecoach.errors import DeclarationError

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake; `line` counts from 1, and is 0 when it concerns the whole folder or file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class DeclarationErrors(DeclarationError):
    """Every mistake that was found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """A hint such as ` - did you mean 'columns'?`, or nothing when no known word is close."""
    close = closest(found, known)
    return f" - did you mean {close!r}?" if close else ""


def closest(found: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the found one, when one is."""
    return next(iter(get_close_matches(found.lower(), list(known), n=1, cutoff=0.6)), None)


def listed(words: Iterable[str]) -> str:
    """Words for a sentence: `a, b, c`."""
    return ", ".join(words)
