"""`rejects --all`, an editor, `replay --rows`: the way of a refused row, as a person goes it."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.arrive import arrive
from stagecoach.ask import ask
from tests.lambdas.cloud import Cloud
from tests.lambdas.conftest import cloud, endpoint, server, world
from tests.sql.worlds import dataset
from workbench.app import run
from workbench.aws import Account

__all__ = ["cloud", "endpoint", "server", "world"]
FILE = b"surface,id\na,1\nb,x\nc,3\n"
REJECT = {"line": 3, "column": "id", "rule": "id is a bigint", "found": "x", "wanted": "an integer",
          "raw": "b,x"}  # fmt: skip


@pytest.fixture
def load_id(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """An applied load that refused line 3; its account calls the ledger function directly."""
    monkeypatch.setattr(Account, "invoke", lambda _, function, event: ask(cloud.depot(), event))
    monkeypatch.setenv("STAGECOACH_ENV", cloud.env)
    cloud.deploy(dataset())
    arrive(cloud.depot(), [cloud.put("runways/a.csv", FILE)])
    load_id = cloud.loads()[0]["load_id"]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([REJECT]), sink)
    key = f"runways/_load_id={load_id}/part-00000-000.parquet"
    cloud.s3.put_object(Bucket=cloud.bucket("rejected"), Key=key, Body=sink.getvalue())
    applied(cloud, load_id, [(1, "a"), (3, "c")])
    return load_id


def applied(cloud: Cloud, load_id: str, rows: list[tuple]) -> None:
    attempt = cloud.world.own.load_report(load_id)["attempt"]
    manifest = cloud.world.stage(load_id, attempt, rows) | {"rejects": [REJECT]}
    cloud.world.own.apply_load(load_id, manifest)
    for each in cloud.runs():
        each.status = "COMPLETED"


def test_c17_a_refused_row_goes_out_is_mended_and_comes_in(
    cloud: Cloud, load_id: str, tmp_path: Path, capsys: pytest.CaptureFixture
):
    assert run(["rejects", load_id[:8], "--all"]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[1] == '3,id,id is a bigint,x,an integer,"b,x"'
    path = tmp_path / "mended.csv"
    path.write_text(printed.replace("b,x", "b,2"))

    before = cloud.world.own.rejects(load_id)
    assert run(["replay", load_id[:8], "--rows", str(path), "--no-wait"]) == 0
    assert "is running" in capsys.readouterr().out
    applied(cloud, cloud.loads()[0]["load_id"], [(2, "b")])
    assert cloud.world.rows() == [(1, "a"), (2, "b"), (3, "c")]
    assert cloud.world.own.rejects(load_id) == before != []

    assert run(["replay", load_id[:8], "--rows", str(path)]) == 0
    assert "inserted 1" in capsys.readouterr().out
    assert len(cloud.loads()) == len(cloud.runs()) == 2
    assert run(["load", cloud.loads()[0]["load_id"]]) == 0
    assert f"mends    1 row that load {load_id[:8]} refused" in capsys.readouterr().out


def test_all_of_them_are_data_for_programs(load_id: str, capsys: pytest.CaptureFixture):
    assert run(["rejects", load_id, "--all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [REJECT]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('line,raw\n9,"b,2"\n', "did not refuse line 9"),
        ("line,raw\n", "there are no mended rows"),
        ("raw\nb\n", "found no column 'line'"),
    ],
)
def test_a_mistake_is_one_sentence_and_loads_nothing(
    cloud: Cloud, load_id: str, tmp_path: Path, capsys: pytest.CaptureFixture, text: str, said: str
):
    path = tmp_path / "mended.csv"
    path.write_text(text)
    assert run(["replay", load_id, "--rows", str(path)]) == 1
    assert said in capsys.readouterr().err
    assert len(cloud.loads()) == 1
