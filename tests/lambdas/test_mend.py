"""What the ledger function makes of mended rows, and of a load that is to be replayed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from stagecoach.arrive import arrive
from stagecoach.ask import ask
from stagecoach.dataset import Csv, Dataset, Source
from tests.lambdas.cloud import Cloud
from tests.sql.worlds import dataset


def taken(cloud: Cloud, data: bytes, declared: Dataset) -> str:
    """A file of three rows of which one, line 3, was refused; answers its load."""
    cloud.deploy(declared)
    arrive(cloud.depot(), [cloud.put("runways/a.csv", data)])
    (load,) = cloud.loads()
    return applied(cloud, load["load_id"], [(1, "a"), (3, "c")])


def applied(cloud: Cloud, load_id: str, rows: Iterable[tuple]) -> str:
    attempt = cloud.world.own.load_report(load_id)["attempt"]
    manifest = cloud.world.stage(load_id, attempt, rows)
    cloud.world.own.apply_load(load_id, manifest)
    for run in cloud.runs():
        run.status = "COMPLETED"
    return load_id


def mended(cloud: Cloud, load_id: str, *rows: tuple[int, str]) -> dict[str, Any]:
    told = [{"line": line, "raw": raw} for line, raw in rows]
    return ask(cloud.depot(), {"ask": "replay", "load_id": load_id[:8], "rows": told})


def pinned(cloud: Cloud, load: dict[str, Any]) -> bytes:
    key = load["facts"]["pinned_key"]
    return cloud.s3.get_object(Bucket=cloud.bucket("pinned"), Key=key)["Body"].read()


CSV = b"surface,id\na,1\nb,x\nc,3\n"


def test_mended_rows_are_pinned_below_the_header_of_their_file(cloud: Cloud):
    """C17, S4: in the order of the file's own header."""
    load_id = taken(cloud, CSV, dataset())
    begun = mended(cloud, load_id, (3, "b,2\r\n"))["ok"]
    assert (begun["state"], begun["generation"]) == ("running", 2)
    assert pinned(cloud, begun) == b"surface,id\nb,2\n"
    run = cloud.runs()[-1]
    assert run.properties["pinned_key"] == begun["facts"]["pinned_key"]
    applied(cloud, begun["load_id"], [(2, "b")])
    assert cloud.world.rows() == [(1, "a"), (2, "b"), (3, "c")]


def test_the_same_rows_again_are_the_same_load(cloud: Cloud):
    """C17: whoever sends mended rows twice has sent them once."""
    load_id = taken(cloud, CSV, dataset("runways", "append", key=()))
    first = mended(cloud, load_id, (3, "b,2"))["ok"]
    applied(cloud, first["load_id"], [(2, "b")])
    again = mended(cloud, load_id, (3, "b,2"))["ok"]
    assert (again["load_id"], again["state"]) == (first["load_id"], "applied")
    assert len(cloud.loads()) == len(cloud.runs()) == 2


def test_a_late_event_of_the_file_does_not_touch_its_mended_rows(cloud: Cloud):
    """D2: the delivery is the same, what the load brings is not."""
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv", CSV)
    arrive(cloud.depot(), [event])
    load_id = applied(cloud, cloud.loads()[0]["load_id"], [(1, "a"), (3, "c")])
    begun = mended(cloud, load_id, (3, "b,2"))["ok"]
    arrive(cloud.depot(), [event])
    assert pinned(cloud, begun) == b"surface,id\nb,2\n"
    assert len(cloud.loads()) == 2


def test_mended_rows_are_in_the_encoding_of_their_file(cloud: Cloud):
    """C4"""
    latin = Csv(encoding="latin-1", delimiter=";")
    declared = replace(dataset(), source=Source("runways/", csv=latin))
    load_id = taken(cloud, CSV.replace(b",", b";"), declared)
    assert pinned(cloud, mended(cloud, load_id, (3, "é;2"))["ok"]) == b"surface;id\n\xe9;2\n"
    assert "'漢' cannot be written in latin-1" in mended(cloud, load_id, (4, "漢;2"))["error"]


def test_lines_of_json_need_no_header(cloud: Cloud):
    declared = replace(dataset(), source=Source("runways/", "jsonl"))
    load_id = taken(cloud, b'{"id": 1, "surface": "a"}\n', declared)
    begun = mended(cloud, load_id, (3, '{"id": 2, "surface": "b"}'))["ok"]
    assert pinned(cloud, begun) == b'{"id": 2, "surface": "b"}\n'


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there are no mended rows"),
        ([(3, " ")], "line 3 has no text"),
        ([(3, "b,2"), (3, "b,3")], "line 3 is there more than once"),
        ([("x", "b,2")], "is no mended row"),
    ],
)
def test_what_cannot_be_mended_rows_is_said_in_one_sentence(
    cloud: Cloud, rows: list[tuple], said: str
):
    load_id = taken(cloud, CSV, dataset())
    assert said in mended(cloud, load_id, *rows)["error"]
    assert len(cloud.loads()) == 1


def test_a_parquet_file_has_no_lines_to_mend(cloud: Cloud):
    load_id = taken(cloud, CSV, dataset())
    parquet = replace(dataset(), source=Source("runways/", "parquet"))
    cloud.s3.put_object(
        Bucket=cloud.bucket("artefacts"), Key="datasets/runways.json", Body=parquet.to_json()
    )
    assert "a parquet file has no lines to mend" in mended(cloud, load_id, (3, "b,2"))["error"]


def test_a_replay_reads_the_pinned_bytes_also_when_the_file_is_gone(cloud: Cloud):
    """D6: the bytes that were judged first are judged again."""
    load_id = taken(cloud, CSV, dataset())
    (load,) = cloud.loads()
    cloud.s3.delete_object(Bucket=load["bucket"], Key=load["key"], VersionId=load["version_id"])
    again = ask(cloud.depot(), {"ask": "replay", "load_id": load_id})["ok"]
    assert again["state"] == "running"
    assert again["facts"]["pinned_key"] != load["facts"]["pinned_key"]
    assert pinned(cloud, again) == CSV
