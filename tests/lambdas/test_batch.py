"""The statements of a publication: what docs/seams.md shows, and what Redshift takes."""

import json
from pathlib import Path

import pytest

from local_cloud.redshift import language
from stagecoach.batch import LOAD_ERROR, LOAD_VALUE, WAS_APPLIED, batch, copy_manifest
from stagecoach.errors import Permanent
from stagecoach.migrate_warehouse import DEPLOYED, FORGET, LOCK, REMEMBER, split
from stagecoach.warehouse import is_spent, is_transient, one_line

LOAD = "0c5e4f2a-9b1d-4a52-8f53-d5a1d1c0ffee"
SEEN = Path(__file__).parents[2] / "docs" / "seams.md"
PUBLICATION = {
    "dataset": "flights",
    "load_id": LOAD,
    "sent_at": "2026-11-21 00:00:00.000000+00",
    "approved_deletes": None,
    "fills_whole": False,
    "extras": [],
    "previous": None,
    "needs_previous": True,
}
EARLIER = "5d1f0e3a-0000-4000-8000-000000000001"
MANIFEST = {
    "columns": ["year", "month"],
    "counts": {"good": 3},
    "hash_sum": "-12",
    "files": ["s3://clean/flights/part-0.parquet"],
}


def made(**changes: object) -> list[str]:
    """The batch of a load of flights, but for what is changed."""
    publication = {name: changes.get(name, value) for name, value in PUBLICATION.items()}
    manifest = {name: changes.get(name, value) for name, value in MANIFEST.items()}
    uri = f"s3://<pinned>/{LOAD}/copy.manifest"
    return batch(publication, manifest, uri, "<arn>")


def test_the_batch_is_the_one_of_the_seams():
    shown = SEEN.read_text().split("The batch that publishes one load")[1].split("```")[1]
    wanted = shown.removeprefix("sql\n").replace("<load_id>", LOAD).splitlines()
    assert [statement.replace('"', "") for statement in made()] == wanted


def test_redshift_takes_every_statement():
    questions = [WAS_APPLIED, LOAD_ERROR, LOAD_VALUE, DEPLOYED, LOCK]
    named = [each.format(name="'x'", digest="'y'") for each in (FORGET, REMEMBER)]
    for statement in [*made(extras=["a b"], previous=EARLIER), *questions, *named]:
        assert language.lint(statement) == [], statement


def test_a_file_without_rows_has_nothing_to_copy():
    assert not any(statement.startswith("copy") for statement in made(files=[], columns=None))
    assert "select * from" in made(files=[], columns=None)[2]


def test_undeclared_columns_are_adopted_under_the_lock():
    adopt = made(extras=["gate's no"])[1]
    assert adopt == "call etl.\"adopt__flights\"('[\"gate''s no\"]');"


def test_a_load_follows_the_one_that_postgresql_applied_before():
    assert made(previous=EARLIER)[1] == f"call etl.check_follows('flights', '{EARLIER}');"
    assert not any("check_follows" in each for each in made(previous=EARLIER, needs_previous=False))


def test_what_a_person_approved_is_told():
    assert "null, false);" in made()[-2]
    assert "7, true);" in made(approved_deletes=7, fills_whole=True)[-2]


def test_every_file_must_be_there_and_has_its_size():
    assert json.loads(copy_manifest([("s3://clean/a", 9)])) == {
        "entries": [{"url": "s3://clean/a", "mandatory": True, "meta": {"content_length": 9}}]
    }


def test_statements_end_outside_of_bodies():
    text = "-- why\nselect 1;\ncreate procedure p() as $$\nbegin\n  null;\nend;\n$$;\n-- the end\n"
    first, second = split(text)
    assert first == "-- why\nselect 1;"
    assert second.endswith("end;\n$$;")


def test_a_statement_without_an_end_is_refused():
    with pytest.raises(Permanent, match="does not end with ;"):
        list(split("select 1;\nselect 2\n"))


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: 1023\n  Detail: Serializable isolation violation on table - 1, transactions ..",
        "ERROR: deadlock detected",
        "ERROR: could not complete because of conflict with concurrent transaction",
        "ERROR: the stage table stage.a__b holds 2 rows with hash sum 1, the manifest says 3 and 4",
        "Query cancelled on user's request",
        "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown",
        "ERROR: the local cloud was stopped while this ran",
        "connection to server was lost",
        'ERROR: relation "stage.flights" does not exist',
    ],
)
def test_what_may_go_through_later_is_tried_again(said: str):
    assert is_transient(said)


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: rows do not add up: 3 good, but 1 inserted",
        "ERROR: 5 of 6 live rows of aviation.runways are not in load x and would be deleted",
        "ERROR: aviation.runways holds 2 keys more than once",
        "ERROR: Load into table 'a__b' failed. Check 'sys_load_error_detail' system table.",
        "S3ServiceException:Access Denied,Status 403,Error AccessDenied",
        "ERROR: permission denied for relation applied",
    ],
)
def test_what_no_retry_can_help_is_not(said: str):
    assert not is_transient(said)


def test_an_error_fits_on_one_line():
    box = (
        "ERROR: Spectrum Scan Error\n  Detail: \n  -------------\n  error:  Spectrum\n  code: 15007"
    )
    assert one_line(box) == "Spectrum Scan Error Detail: error: Spectrum code: 15007"
    assert one_line("Query #4 failed with ERROR: rows do not add up") == "rows do not add up"


def test_a_limit_of_use_that_is_spent_is_waited_for_as_a_pause_is():
    said = "ERROR: Query reached usage limit of the workgroup"
    assert is_transient(said)
    assert is_spent(said)
    assert not is_spent("ERROR: deadlock detected")
