"""Files of the shape of OurAirports, seeded: two mornings, and what befalls a file at night."""

from __future__ import annotations

import csv
import random
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

FILES = {"airport_frequencies": "airport-frequencies.csv", "runways": "runways.csv",
         "regions": "regions.csv"}  # fmt: skip
ROWS = {"airport_frequencies": 3_000, "runways": 4_000, "regions": 900}
# Of the second morning: new rows, changed ones, rows that are gone.
CHANGES = {"airport_frequencies": (30, 11, 7), "runways": (6, 6, 9), "regions": (6, 6, 13)}

FREQUENCY = ("id", "airport_ref", "airport_ident", "type", "description", "frequency_mhz")
REGION = ("id", "code", "local_code", "name", "continent", "iso_country", "wikipedia_link",
          "keywords")  # fmt: skip
END = ("ident", "latitude_deg", "longitude_deg", "elevation_ft", "heading_degT",
       "displaced_threshold_ft")  # fmt: skip
RUNWAY = ("id", "airport_ref", "airport_ident", "length_ft", "width_ft", "surface", "lighted",
          "closed", *(f"{end}_{name}" for end in ("le", "he") for name in END))  # fmt: skip
HEADERS = {"airport_frequencies": FREQUENCY, "runways": RUNWAY, "regions": REGION}
# Code, continent, and a name to begin with: NA is a continent and a country, and no null.
COUNTRIES = [("CA", "NA", "Québec"), ("NA", "AF", "ǁKaras"), ("SI", "EU", "Črnomelj"),
             ("JP", "AS", "Hokkaidō"), ("BR", "SA", "São Paulo")]  # fmt: skip

Row = list[str]
Table = list[Row]


def mornings(folder: Path, seed: int = 1) -> tuple[dict[str, Path], dict[str, Path]]:
    """Write the files of two mornings below `folder`; answers them by dataset."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    first = {name: [_row(name, id_, chance) for id_ in range(1, ROWS[name] + 1)] for name in FILES}
    second = {name: _changed(name, rows, chance) for name, rows in first.items()}
    return _write_all(folder / "first", first), _write_all(folder / "second", second)


def header_only(file: Path, folder: Path) -> Path:
    """The file as it was on a night when the export had no rows."""
    return _write_lines(folder / file.name, file.read_text("utf-8").splitlines()[:1])


def with_noise(file: Path, folder: Path) -> Path:
    """The runways as they were from the day on which positions were printed with every digit."""
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    places = [place for place, name in enumerate(header) if name.endswith("tude_deg")]
    for row in rows:
        for place in places:
            row[place] = str(struct.unpack("f", struct.pack("f", float(row[place])))[0])
    return _write(folder / file.name, header, rows)


def _row(name: str, id_: int, chance: random.Random) -> Row:
    makers = {"airport_frequencies": _frequency, "runways": _runway, "regions": _region}
    return makers[name](id_, chance)


def _frequency(id_: int, chance: random.Random) -> Row:
    kind = chance.choice(["TWR", "ATIS", "GND", "CTAF"])
    megahertz = f"{chance.randrange(118_000, 137_000, 25) / 1000:g}"
    return [str(id_), str(id_ % 700), f"K{id_ % 700:03}", kind, kind, megahertz]


def _runway(id_: int, chance: random.Random) -> Row:
    ends = [value for _ in range(2) for value in _end(chance)]
    length = str(chance.randrange(1_000, 12_000))
    surface = chance.choice(["ASP", "CONC", "TURF"])
    return [str(id_), str(id_ % 700), f"K{id_ % 700:03}", length, "150", surface, "1", "0", *ends]


def _end(chance: random.Random) -> Iterator[str]:
    yield f"{chance.randrange(1, 37):02}"
    yield f"{chance.uniform(-80, 80):.6g}"
    yield f"{chance.uniform(-180, 180):.6g}"
    yield str(chance.randrange(0, 9_000))
    yield f"{chance.uniform(0, 360):.1f}"
    yield ""


def _region(id_: int, chance: random.Random) -> Row:
    country, continent, name = COUNTRIES[id_ % len(COUNTRIES)]
    local = f"{id_:03}"
    link = f"https://example.org/wiki/{country}-{local}"
    named = f"{name} {chance.randrange(100)}"
    return [str(id_), f"{country}-{local}", local, named, continent, country, link, ""]


def _changed(name: str, rows: Table, chance: random.Random) -> Table:
    """The table of the next morning."""
    new, changed, gone = CHANGES[name]
    chosen = chance.sample(range(len(rows)), changed + gone)
    lost, touched = set(chosen[changed:]), set(chosen[:changed])
    marked = 3 if name == "regions" else 2  # a name, or the code of another airport
    kept = [
        [*row[:marked], f"{row[marked]}x", *row[marked + 1 :]] if place in touched else row
        for place, row in enumerate(rows)
        if place not in lost
    ]
    return kept + [_row(name, len(rows) + 1 + place, chance) for place in range(new)]


def _write_all(folder: Path, tables: dict[str, Table]) -> dict[str, Path]:
    return {
        name: _write(folder / FILES[name], HEADERS[name], rows) for name, rows in tables.items()
    }


def _write(path: Path, header: Sequence[str], rows: Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return path


def _write_lines(path: Path, lines: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path
