"""Codes and look-ups: every mistake has its file, its line, and what was wanted."""

from pathlib import Path

import pytest

from stagecoach.dataset import Codes, Dataset, Lookup
from stagecoach.declaration import DeclarationErrors, load, load_all

TRIPS = """\
name: trips
description: Every trip
columns:
  - {name: payment_type, type: smallint, nullable: true}
  - {name: zone_id, type: integer}
  - {name: fare, type: double, nullable: true}
  - name: payment
    type: varchar(11)
    codes:
      of: payment_type
      map: {1: Credit card, "2.0": Cash, 03: Free}
      otherwise: Unknown
  - {name: zone, type: varchar(60), lookup: {dataset: zones, by: zone_id, take: zone}}
  - {name: is_card, type: boolean, derive: "payment = 'Credit card'"}
load: {mode: append}
targets:
  postgres: {schema: taxi}
"""
ZONES = """\
name: zones
description: Every zone
columns:
  - {name: zone_id, type: bigint}
  - {name: zone, type: varchar(60)}
  - {name: notes, type: text}
  - {name: kind, type: varchar(4)}
key: [zone_id]
load: {mode: snapshot}
targets:
  postgres: {schema: taxi}
"""
MISTAKES = [
    ("of: payment_type", "of: payment_typ", "trips.yaml:10: column 'payment': of names 'payment_ty"
     "p', which is no column above it - did you mean 'payment_type'?"),
    ("of: payment_type", "of: is_card", "10: column 'payment': of names 'is_card', which is no"),
    ("of: payment_type", "of: fare", "10: column 'fare' is double - for codes wanted smallint, "),
    ("2.0", "01", "11: the codes '1' and '01' are the same smallint - wanted one"),
    ("2.0", "1.0", "11: the codes '1' and '1.0' are the same smallint - wanted one"),
    ("2.0", "x", "11: the code 'x' is none of 'payment_type' - wanted a smallint"),
    ("2.0", "40000", "11: the code '40000' is none of 'payment_type' - wanted a smallint, from -3"),
    ("Cash", "Cash in hand", "11: column 'payment': found 'Cash in hand' - wanted at most 11 char"),
    ("Cash", "7", "11: column 'payment': found '7' - wanted \"7\": without quotes YAML takes it"),
    ("Cash", "[a]", "11: column 'payment' codes.map.2.0"),
    ("otherwise: Unknown", "otherwise: Something else", "12: column 'payment': found 'Something e"),
    ("otherwise: Unknown", "other: Unknown", "12: found the key 'other' in column 'payment' codes"),
    ("otherwise: Unknown", "missing: Nobody knows", "12: column 'payment': found 'Nobody knows'"),
    ("    type: varchar(11)\n", "    type: date\n", "8: column 'payment' is date - for codes"),
    ("    type: varchar(11)\n", "    type: varchar(11)\n    from: pay\n", "9: column 'payment' is"),
    ("take: zone}", "take: zon}", "13: column 'zone': take names 'zon', which is no column of zon"),
    ("take: zone}", "take: notes}", "13: column 'zone': zones.notes is text, which does not fit v"),
    ("dataset: zones", "dataset: zone", "'zone' is no dataset that is right - did you mean 'zone"),
    ("by: zone_id", "by: fare", "13: column 'fare' is double - for codes wanted"),
    ("by: zone_id", "by: payment", "13: column 'zone': payment is varchar(11), zones.zone_id is b"),
]  # fmt: skip


def folder(path: Path, trips: str = TRIPS, zones: str = ZONES) -> Path:
    (path / "trips.yaml").write_text(trips)
    (path / "zones.yaml").write_text(zones)
    return path


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str):
    assert TRIPS.count(old) == 1
    with pytest.raises(DeclarationErrors) as raised:
        load_all(folder(tmp_path, TRIPS.replace(old, new)))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("key", "said"),
    [("key: [zone_id, zone]", "the key zone_id, zone"), ("key: []", "no key")],
)
def test_a_look_up_has_a_key_of_one_column(tmp_path: Path, key: str, said: str):
    zones = ZONES.replace("key: [zone_id]", key).replace("snapshot", "replace")
    with pytest.raises(DeclarationErrors, match=f"13: column 'zone': zones has {said} - wanted"):
        load_all(folder(tmp_path, zones=zones))


DAYS = """\
name: days
description: How many zones there are
source: {sql: days.sql, partition_by: day}
columns:
  - {name: day, type: bigint}
  - {name: zone, type: varchar(60)}
key: [day]
load: {mode: snapshot}
targets:
  postgres: {schema: taxi}
"""


def test_no_mart_that_keeps_partitions_is_looked_up(tmp_path: Path):
    """A load of it has the files of those partitions only that it computed."""
    (tmp_path / "days.sql").write_text("select zone_id as day, zone from zones\n")
    (tmp_path / "days.yaml").write_text(DAYS)
    trips = TRIPS.replace("dataset: zones", "dataset: days")
    said = "13: column 'zone': days is a mart with partition_by - wanted"
    with pytest.raises(DeclarationErrors, match=said):
        load_all(folder(tmp_path, trips))


def test_look_ups_go_in_no_circle(tmp_path: Path):
    back = "  - {name: best, type: text, lookup: {dataset: trips, by: zone_id, take: payment}}\n"
    zones = ZONES.replace("key: [zone_id]", back + "key: [zone_id]")
    with pytest.raises(DeclarationErrors) as raised:
        load_all(folder(tmp_path, zones=zones))
    assert "trips needs zones needs trips - wanted no circle" in str(raised.value)
    assert "zones needs trips needs zones - wanted no circle" in str(raised.value)


@pytest.mark.parametrize("part", ["", "\n  partition_by: zone_id\n  partitions: {raw: zone_id}"])
def test_a_mart_in_parts_is_not_looked_up(tmp_path: Path, part: str):
    raw = ZONES.replace("name: zones", "name: raw", 1)
    (tmp_path / "raw.yaml").write_text(raw)
    (tmp_path / "zones.sql").write_text("select zone_id, zone, notes, kind from raw")
    source = f"description: Every zone\nsource:\n  sql: zones.sql{part}"
    folder(tmp_path, zones=ZONES.replace("description: Every zone", source))
    if not part:
        assert load_all(tmp_path)["trips"].lookups == ("zones",)
        return
    with pytest.raises(DeclarationErrors, match="zones is a mart in parts"):
        load_all(tmp_path)


def test_a_mart_of_the_rows_that_look_it_up_is_a_circle(tmp_path: Path):
    (tmp_path / "zones.sql").write_text(
        "select zone_id, zone, zone as notes, zone as kind from trips"
    )
    source = "description: Every zone\nsource: {sql: zones.sql}"
    folder(tmp_path, zones=ZONES.replace("description: Every zone", source))
    with pytest.raises(DeclarationErrors, match="trips needs zones needs trips - wanted no circle"):
        load_all(tmp_path)


def test_codes_are_spelt_by_the_type_of_their_column(tmp_path: Path):
    trips = load_all(folder(tmp_path))["trips"]
    by_name = {column.name: column for column in trips.columns}
    pairs = (("1", "Credit card"), ("2", "Cash"), ("3", "Free"))
    assert by_name["payment"].codes == Codes("payment_type", pairs, "Unknown")
    assert by_name["zone"].lookup == Lookup("zones", "zone_id", "zone")
    assert by_name["payment"].source is None
    assert trips.lookups == ("zones",)
    assert Dataset.from_json(trips.to_json()) == trips


def test_for_a_text_each_spelling_is_a_code_of_its_own(tmp_path: Path):
    text = TRIPS.replace("payment_type, type: smallint", "payment_type, type: varchar(4)")
    folder(tmp_path, text.replace("03:", "1.0:"))
    declared = load(tmp_path / "trips.yaml").columns[3].codes
    assert declared is not None
    assert [code for code, _ in declared.meanings] == ["1", "2.0", "1.0"]
