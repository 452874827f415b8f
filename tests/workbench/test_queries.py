"""Queries of queries/: what `check` refuses, and how AWS is asked. Nothing here has met AWS itself:
its answers are as the API's reference describes them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from stagecoach.declaration import load_all
from stagecoach.declaration.problems import DeclarationErrors
from stagecoach.errors import Permanent, Unavailable
from tests.sql.worlds import dataset
from workbench import queries
from workbench.queries import athena
from workbench.state import ROOT

DATASETS = {
    "runways": dataset(),
    "landings": dataset("landings", "append", key=()),
    "owners": dataset("owners", "upsert"),
}
HEAD = "-- description: What there is\n"


def read(folder: Path, text: str) -> queries.Query:
    (folder / "one.sql").write_text(text)
    return queries.load(folder, DATASETS)[0]


def test_a_query_says_what_it_asks_and_reads(tmp_path: Path):
    text = f"""{HEAD}
with many as (select id from landings_current where _load_id <> '')
select runways_current.surface, count(*) as n from runways_current
inner join many on many.id = runways_current.id
inner join owners on owners.id = many.id and owners._row_no > 1
group by runways_current.surface;
"""
    found = read(tmp_path, text)
    assert (found.name, found.description) == ("one", "What there is")
    assert sorted(found.reads) == ["landings_current", "owners", "runways_current"]
    assert not found.text.endswith(";")


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "select 1 as one": "says not what it asks - wanted -- description:",
        "-- description: ": "says not what it asks",
        f"-- description: {'a' * 1025}\nselect 1 as one": "wanted 1024 at most",
        f"{HEAD}select 1 as a; select 2 as b": "found 2 statements - wanted one select",
        f"{HEAD}drop table runways_current": "found a drop - wanted one select",
        f"{HEAD}select id frm runways_current where": "wanted one select that Athena takes",
        f"{HEAD}select id\nfrom runway_current": "3: .*did you mean 'runways_current'",
        f"{HEAD}select id\nfrom owners_current": "owners is upsert - wanted owners, every load",
        f"{HEAD}select id from stagecoach_local.runways": "wanted runways: the workgroup",
        f"{HEAD}select surfaces\nfrom runways_current": "'surfaces' .*did you mean 'surface'",
        f"{HEAD}select surface from runways_current, owners": "in several tables - wanted the tab",
        f"{HEAD}select _row_no from runways_current": "'_row_no' is in no table that it reads",
    }.items(),
)
def test_what_athena_would_refuse_is_refused_before(tmp_path: Path, text: str, said: str):
    with pytest.raises(DeclarationErrors, match=said):
        read(tmp_path, text)


@pytest.mark.parametrize("folder", [*sorted(ROOT.glob("examples/*/queries")), ROOT / "queries"])
def test_every_query_of_this_repository_is_right(folder: Path):
    assert queries.load(folder, load_all(folder.parent / "datasets"))


@pytest.fixture
def aws() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "athena", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stub:
        yield client, stub


def begun(stub: Stubber, *states: str, **status: str) -> None:
    """A query that was started and passes through states."""
    wanted = {
        "QueryString": "select 1",
        "WorkGroup": "stagecoach-dev",
        "QueryExecutionContext": {"Database": "stagecoach_dev"},
    }
    stub.add_response("start_query_execution", {"QueryExecutionId": "q"}, wanted)
    for state in states:
        execution = {
            "Status": {"State": state, **status},
            "Statistics": {"DataScannedInBytes": 12},
        }
        asked = {"QueryExecutionId": "q"}
        stub.add_response("get_query_execution", {"QueryExecution": execution}, asked)


def page(*rows: tuple[str | None, ...], more: str | None = None) -> dict[str, Any]:
    cells = [{"Data": [{"VarCharValue": v} if v is not None else {} for v in row]} for row in rows]
    return {"ResultSet": {"Rows": cells}, **({"NextToken": more} if more else {})}


def test_athena_is_waited_for_and_every_page_is_read(aws, monkeypatch):
    monkeypatch.setattr(athena, "LOOKS", (0.0,))
    client, stub = aws
    begun(stub, "QUEUED", "RUNNING", "SUCCEEDED")
    first, second = page(("n", "note"), ("1", None), more="t"), page(("2", ""))
    stub.add_response("get_query_results", first, {"QueryExecutionId": "q"})
    stub.add_response("get_query_results", second, {"QueryExecutionId": "q", "NextToken": "t"})
    answer = athena.ask(client, "dev", "select 1")
    assert (answer.columns, answer.rows) == (("n", "note"), (("1", None), ("2", "")))
    assert answer.scanned == 12


def test_athenas_own_reason_is_said(aws, monkeypatch):
    client, stub = aws
    begun(stub, "CANCELLED", StateChangeReason="Bytes scanned limit was exceeded")
    with pytest.raises(Permanent, match="cancelled: Bytes scanned limit was exceeded"):
        athena.ask(client, "dev", "select 1")


def test_a_query_that_is_given_up_is_stopped_there(aws, monkeypatch):
    monkeypatch.setattr(athena, "LOOKS", (0.0,))
    client, stub = aws
    begun(stub, "RUNNING")
    stub.add_client_error("get_query_execution", "ThrottlingException")
    stub.add_response("stop_query_execution", {}, {"QueryExecutionId": "q"})
    with pytest.raises(Unavailable, match="Athena does not answer"):
        athena.ask(client, "dev", "select 1")
    stub.assert_no_pending_responses()
