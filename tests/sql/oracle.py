"""What the live table must hold, in plain dictionaries: written without looking at the SQL.

Rows are tuples in the order of COLUMNS; times are numbers. A history is kept as words: at this
time, this was said of this key (None: it is gone). Everything else is derived from the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

COLUMNS = ("id", "part", "surface", "seen", "is_gone")
Row = tuple
Key = tuple


@dataclass
class Meaning:
    """What a declaration says of a table."""

    mode: str
    keyed: bool = True
    ordered: bool = False
    flagged: bool = False
    deletes: str | None = None
    most_deletes: int | None = None


class TooManyDeletes(Exception):
    """The guard must refuse; holds how many rows would go."""


@dataclass
class Table:
    """One live table and what was said of it."""

    meaning: Meaning
    rows: dict[Key, Row] = field(default_factory=dict)
    facts: list[Row] = field(default_factory=list)
    gone: dict[Key, float] = field(default_factory=dict)
    words: dict[Key, dict[float, Row | None]] = field(default_factory=dict)
    newest_file: float = float("-inf")

    def load(self, rows: list[Row], sent_at: float, allowed: int | None = None) -> Counter:
        """Apply one file; answers the counts that are not 0. Raises TooManyDeletes."""
        does = getattr(self, f"_{self.meaning.mode}")
        counts = does(rows, sent_at, max(allowed or 0, self._most()))
        self.newest_file = max(self.newest_file, sent_at)
        return +counts

    def live(self) -> list[tuple]:
        """The rows that the live table holds, with their times when it is a history."""
        if self.meaning.mode != "history":
            return [*self.rows.values(), *self.facts]
        return [version for words in self.words.values() for version in spans(words)]

    def _most(self) -> float:
        limit = self.meaning.most_deletes
        return float("inf") if limit is None else limit

    def _winners(self, rows: list[Row], counts: Counter) -> dict[Key, Row]:
        """The row of each key that counts: the newest, then the last."""
        best: dict[Key, Row] = {}
        for row in rows:
            rival = best.get(row[:2])
            if rival is not None:
                counts["deduplicated"] += 1
            if rival is None or not self._older(row, rival):
                best[row[:2]] = row
        return best

    def _older(self, row: Row, than: Row) -> bool:
        return self.meaning.ordered and age(row[3]) < age(than[3])

    def _snapshot(self, rows: list[Row], _sent_at: float, most: float) -> Counter:
        counts: Counter = Counter()
        wanted = self._winners(rows, counts)
        refuse(len(self.rows.keys() - wanted.keys()), most)
        counts["deleted"] = len(self.rows.keys() - wanted.keys())
        for key, row in wanted.items():
            counts[verdict(self.rows.get(key), row)] += 1
        self.rows = wanted
        return counts

    def _upsert(self, rows: list[Row], _sent_at: float, _most: float) -> Counter:
        counts: Counter = Counter()
        for key, row in self._winners(rows, counts).items():
            old = self.rows.get(key)
            if self.meaning.ordered and age(row[3]) < self.gone.get(key, float("-inf")):
                counts["stale"] += 1
            elif self.meaning.flagged and row[4]:
                self._flag(key, row, old, counts)
            elif old is not None and row != old and self._older(row, old):
                counts["stale"] += 1
            else:
                counts[verdict(old, row)] += 1
                self.rows[key] = row
                self.gone.pop(key, None)
        return counts

    def _flag(self, key: Key, row: Row, old: Row | None, counts: Counter) -> None:
        if old is not None and self._older(row, old):
            counts["stale"] += 1
            return
        counts["unchanged" if old is None else "updated"] += 1
        counts["deleted"] += old is not None
        self.rows.pop(key, None)
        self.gone[key] = age(row[3])

    def _append(self, rows: list[Row], _sent_at: float, _most: float) -> Counter:
        if not self.meaning.keyed:
            self.facts += rows
            return Counter(inserted=len(rows))
        counts: Counter = Counter()
        for key, row in self._winners(rows, counts).items():
            if key not in self.rows:
                counts["inserted"] += 1
                self.rows[key] = row
            else:
                counts["unchanged" if self.rows[key] == row else "stale"] += 1
        return counts

    def _replace(self, rows: list[Row], _sent_at: float, most: float) -> Counter:
        counts: Counter = Counter()
        new = list(self._winners(rows, counts).values()) if self.meaning.keyed else rows
        refuse(len(self.facts) - len(new), most)
        counts += Counter(deleted=len(self.facts), inserted=len(new))
        self.facts = list(new)
        return counts

    def _history(self, rows: list[Row], sent_at: float, most: float) -> Counter:
        if self.meaning.deletes == "close":
            return self._follow(rows, sent_at, most)
        return self._splice(rows, sent_at)

    def _follow(self, rows: list[Row], sent_at: float, most: float) -> Counter:
        counts: Counter = Counter()
        wanted = self._winners(rows, counts)
        if sent_at < self.newest_file:
            counts["stale"] = len(wanted)
            return counts
        now = {key: last(words) for key, words in self.words.items() if last(words) is not None}
        refuse(len(now.keys() - wanted.keys()), most)
        for key in now.keys() - wanted.keys():
            counts["deleted"] += 1
            self.words[key][sent_at] = None
        for key, row in wanted.items():
            counts[verdict(now.get(key), row)] += 1
            if now.get(key) != row:
                self.words.setdefault(key, {})[sent_at] = row
        return counts

    def _splice(self, rows: list[Row], sent_at: float) -> Counter:
        counts: Counter = Counter()
        fresh = {row[:2] for row in rows} - self.words.keys()
        said = {(row[:2], row[3] if self.meaning.ordered else sent_at): row for row in rows}
        counts["deduplicated"] = len(rows) - len(said)
        counts["inserted"] = len(fresh)
        for (key, time), row in said.items():
            words = self.words.setdefault(key, {})
            held = words.get(time) if self.meaning.ordered else last(words, time)
            counts["unchanged" if held == row else "updated"] += 1
            if held != row:
                words[time] = row
        counts["updated"] -= len(fresh)
        return counts


def age(seen: float | None) -> float:
    """Null is older than any time."""
    return float("-inf") if seen is None else seen


def verdict(old: Row | None, new: Row) -> str:
    """What becomes of a row whose key holds `old`."""
    if old is None:
        return "inserted"
    return "unchanged" if old == new else "updated"


def refuse(deletes: int, most: float) -> None:
    """Raise TooManyDeletes when more rows would go than may."""
    if deletes > most:
        raise TooManyDeletes(deletes)


def last(words: dict[float, Row | None], until: float = float("inf")) -> Row | None:
    """What was said last, up to a time."""
    times = [time for time in words if time <= until]
    return words[max(times)] if times else None


def spans(words: dict[float, Row | None]) -> Iterable[tuple]:
    """Each word with the time at which it begins and the one at which the next begins."""
    times = sorted(words)
    for begin, end in zip(times, [*times[1:], None], strict=True):
        row = words[begin]
        if row is not None:
            yield (*row, begin, end)
