"""Print what becomes of each handmade bad file, as Markdown: `python -m tests.bad_files`.

From what `tests/sniff/test_bad_files.py` and `tests/frames/test_bad_files.py` hold the product to;
the sentence of a file that is refused on arrival is the whole one that it is refused with.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from stagecoach.errors import FileRefused
from tests.frames import test_bad_files as rows
from tests.sniff import test_bad_files as arrival

SAID = "Rows are accepted only where `max_rejects` allows as many rejected ones; by default, none."
MANY = "67_many_bad_rows.csv"


def refusal(name: str) -> str | None:
    """The sentence that arrival refuses a file with; None where its rows are judged."""
    try:
        arrival.judged(name)
    except FileRefused as error:
        return str(error)
    return None


def judged(name: str) -> str:
    """What the job makes of a file's rows."""
    if name == MANY:
        return "1000 rows accepted; every second line rejected (1,000 of 2,000)"
    if name not in rows.FATES:
        return f"refused: {rows.REFUSED[name]} .."
    good, rejected = rows.FATES[name]
    by_rule = groupby(sorted(rejected, key=itemgetter(1)), key=itemgetter(1))
    told = [
        f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))} rejected: {rule}"
        for rule, lines in ((rule, [line for line, _ in found]) for rule, found in by_rule)
    ]
    return "; ".join([f"{good} row{'s' * (good != 1)} accepted", *told])


def table() -> list[str]:
    """One line per file. Where arrival refuses a file the job never sees it."""
    lines = [SAID, "", "| file | outcome |", "|---|---|"]
    for name in arrival.NAMES:
        refused = refusal(name)
        outcome = f"refused on arrival: {refused}" if refused else judged(name)
        lines.append(f"| `{name}` | {outcome.replace('|', chr(92) + '|')} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table()))
