"""Loads go to Redshift one after the other, in the order in which they were applied here."""

import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest

from stagecoach.dataset import Dataset, RedshiftTarget
from stagecoach.errors import Permanent
from stagecoach.ledger import Ledger
from tests.sql.worlds import World, dataset

COUNTS = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")


def published(name: str = "runways", **how: Any) -> Dataset:
    """A declaration with a target in Redshift."""
    return replace(dataset(name, **how), redshift=RedshiftTarget("aviation", name))


@pytest.fixture
def line(world: World) -> World:
    """Two loads in line."""
    world.deploy(published())
    world.load([(1, "grass")])
    world.load([(1, "paved"), (2, "water")])
    return world


@pytest.fixture
def ledger(line: World) -> Ledger:
    return line.own


def counts(ledger: Ledger, load_id: str) -> dict[str, int]:
    """What PostgreSQL counted, and so what Redshift should."""
    found = ledger.load_report(load_id)["counts"]
    return {name: found[name] for name in COUNTS}


def loads(ledger: Ledger) -> list[str]:
    """The loads, oldest first."""
    return [load["load_id"] for load in reversed(ledger.loads())]


def mails(ledger: Ledger) -> list[str]:
    """The unsent alerts, which are sent with this."""
    found = ledger.pending_alerts()
    for alert in found:
        ledger.alert_sent(alert["alert_id"])
    ledger.commit()
    return [alert["message"] for alert in found]


def due(world: World) -> None:
    """As if the pause were over."""
    world.run("update etl.publication set due_at = now()")


def refuse(world: World, times: int, **how: Any) -> dict[str, Any]:
    """The first in line is tried and refused so often; answers the last answer."""
    for _ in range(times):
        due(world)
        taken = world.own.next_publication("runways")
        assert taken is not None
        given = {"retryable": True, **how}
        answer = world.own.unpublished(taken["load_id"], taken["attempt"], "error 1023", **given)
    return answer


def test_loads_are_published_in_the_order_of_their_application_one_at_a_time(ledger: Ledger):
    for expected in loads(ledger):
        taken = ledger.next_publication("runways")
        assert taken is not None
        assert (taken["load_id"], taken["attempt"]) == (expected, 1)
        assert ledger.next_publication("runways") is None
        done = ledger.published(expected, 1, counts(ledger, expected))
        assert done["state"] == "applied"
        assert ledger.load_report(expected)["redshift"]["agrees"] is True
    assert ledger.next_publication("runways") is None
    assert mails(ledger) == []


def test_the_line_is_by_application_not_by_arrival(world: World):
    """A load that is replayed stands in line where its own rows were applied."""
    world.deploy(published(mode="upsert"))
    first = world.arrive()
    second = world.arrive()
    for load_id in (first, second):
        assert world.own.claim("runways")["load_id"] == load_id
        world.own.apply_load(load_id, world.stage(load_id, 1, [(1, load_id[:8])]))
    again = world.own.replay(first)["load_id"]
    world.own.queue(again, {"pinned_key": "x"})
    world.own.claim("runways")
    world.own.apply_load(again, world.stage(again, 1, [(1, "replayed")]))
    assert [each["load_id"] for each in world.own.open_publications()] == [first, second, again]


def test_a_publication_says_what_the_merge_must_know(world: World):
    world.deploy(published())
    load_id = world.arrive(event_time="2026-11-21T01:02:03.456789+01:00")
    world.own.claim("runways")
    world.own.apply_load(load_id, world.stage(load_id, 1, [(1, "grass")]))
    world.run("update etl.load set approved_deletes = 7")
    taken = world.own.next_publication("runways")
    assert taken is not None
    assert taken["sent_at"] == "2026-11-21 00:02:03.456789+00"
    assert (taken["approved_deletes"], taken["fills_whole"], taken["extras"]) == (7, False, [])


def test_mended_rows_are_told_that_they_fill_a_whole_file(line: World):
    mended_id, (_, load_id) = str(uuid.uuid4()), loads(line.own)
    line.own.mend(load_id, mended_id, [7], {"pinned_key": "x"}, fills_whole=True)
    line.own.claim("runways")
    line.own.apply_load(mended_id, line.stage(mended_id, 1, [(3, "sand")]))
    told = line.own.open_publications("runways")
    assert [each["fills_whole"] for each in told] == [False, False, True]


def test_a_load_that_is_rolled_back_is_not_in_line(world: World):
    world.deploy(published())
    load_id = world.arrive()
    world.own.claim("runways")
    manifest = world.stage(load_id, 1, [(1, "grass")])
    manifest["hash_sum"] = "1"
    with pytest.raises(Exception, match="hash"):
        world.own.apply_load(load_id, manifest)
    assert world.run("select * from etl.publication") == []


def test_a_dataset_without_a_target_there_has_no_line(world: World):
    world.deploy(dataset())
    world.load([(1, "grass")])
    (load,) = world.own.loads()
    assert load["redshift"] is None
    assert world.own.open_publications() == []
    with pytest.raises(Permanent, match="had no target in Redshift"):
        world.own.republish(load["load_id"])


def test_one_that_is_refused_waits_longer_each_time(line: World):
    waits = [round(refuse(line, 1)["wait_seconds"]) for _ in range(5)]
    assert waits == [15, 60, 240, 900, 900]
    assert line.own.next_publication("runways") is None  # it is not due, and no other may pass


def test_after_its_attempts_it_is_given_up_aloud_and_the_line_waits(line: World):
    assert refuse(line, 10)["state"] == "failed"
    due(line)
    assert line.own.next_publication("runways") is None
    first, second = loads(line.own)
    assert line.own.load_report(second)["redshift"]["behind"] == first
    (mail,) = mails(line.own)
    assert "error 1023" in mail
    assert f"stagecoach publish {first[:8]}" in mail


def test_what_no_retry_can_help_is_given_up_at_once(line: World):
    assert refuse(line, 1, retryable=False)["state"] == "failed"


def test_a_redshift_that_is_paused_is_waited_for_and_somebody_hears_once(line: World):
    assert refuse(line, 30, reached=False)["state"] == "waiting"
    assert mails(line.own) == []
    line.run("update etl.publication set asked_at = now() - interval '61 minutes'")
    assert refuse(line, 2, reached=False)["state"] == "waiting"
    (mail,) = mails(line.own)
    assert "goes on by itself" in mail
    line.run("update etl.publication set asked_at = now() - interval '5 days'")
    assert refuse(line, 1, reached=False)["state"] == "failed"


def test_one_that_is_at_work_for_long_is_told_of_once(line: World):
    taken = line.own.next_publication("runways")
    assert taken is not None
    told = (taken["load_id"], 1, "statement x is STARTED since 70 minutes")
    line.own.publication_delayed(*told)
    assert mails(line.own) == []
    line.run("update etl.publication set asked_at = now() - interval '61 minutes'")
    for _ in range(2):
        assert line.own.publication_delayed(*told)["state"] == "running"
    (mail,) = mails(line.own)
    assert "STARTED" in mail
    line.own.published(taken["load_id"], 1, counts(line.own, taken["load_id"]))
    assert line.own.load_report(taken["load_id"])["redshift"]["reason"] is None


def test_one_that_failed_is_healed_and_the_line_goes_on(line: World):
    refuse(line, 1, retryable=False)
    first, second = loads(line.own)
    mails(line.own)
    assert line.own.republish(first[:8])["redshift"]["state"] == "waiting"
    taken = line.own.next_publication("runways")
    assert taken is not None
    assert (taken["load_id"], taken["attempt"]) == (first, 2)  # a new client token
    line.own.published(first, 2, counts(line.own, first))
    taken = line.own.next_publication("runways")
    assert taken is not None
    assert taken["load_id"] == second
    with pytest.raises(Permanent, match="nothing to publish"):
        line.own.republish(first)


def test_one_that_failed_again_is_mailed_again(line: World):
    for _ in range(2):
        refuse(line, 1, retryable=False)
        assert len(mails(line.own)) == 1
        line.own.republish(loads(line.own)[0])


def test_an_impatient_person_makes_a_waiting_one_due(line: World):
    refuse(line, 1)
    assert line.own.next_publication("runways") is None
    line.own.republish(loads(line.own)[0])
    assert line.own.next_publication("runways") is not None


def test_an_attempt_that_is_over_changes_nothing(line: World):
    refuse(line, 1)
    due(line)
    taken = line.own.next_publication("runways")
    assert taken is not None
    first = taken["load_id"]
    for late in (
        line.own.published(first, 1, {}),
        line.own.unpublished(first, 1, "late", retryable=False),
        line.own.publication_started(first, 1, "statement of old"),
    ):
        assert (late["state"], late["attempt"]) == ("running", 2)
    assert line.own.open_publications("runways")[0]["statement_id"] is None


def test_what_is_applied_twice_counts_once(line: World):
    taken = line.own.next_publication("runways")
    assert taken is not None
    right = counts(line.own, taken["load_id"])
    for told in (right, {**right, "inserted": 9}):
        line.own.published(taken["load_id"], 1, told)
    assert line.own.load_report(taken["load_id"])["redshift"]["counts"] == right
    assert mails(line.own) == []


def test_counts_that_differ_are_an_alert_and_the_line_goes_on(line: World):
    first, second = loads(line.own)
    line.own.next_publication("runways")
    line.own.published(first, 1, {**counts(line.own, first), "inserted": 2})
    assert line.own.load_report(first)["redshift"]["agrees"] is False
    (mail,) = mails(line.own)
    assert '"inserted": 1' in mail
    assert '"inserted": 2' in mail
    taken = line.own.next_publication("runways")
    assert taken is not None
    assert taken["load_id"] == second


def test_twenty_that_ask_at_once_get_one_publication(line: World):
    answers: list[Any] = []

    def take(ledger: Ledger) -> None:
        answers.append(ledger.next_publication("runways"))

    threads = [threading.Thread(target=take, args=(line.ledger(),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer is not None for answer in answers) == 1


def test_datasets_do_not_wait_for_each_other(world: World):
    world.deploy(published(), published("trucks"))
    world.load([(1, "grass")])
    world.load([(1, "red")], "trucks")
    refuse(world, 1, retryable=False)
    assert world.own.next_publication("trucks") is not None


def test_the_line_waits_while_the_whole_table_is_on_its_way(line: World):
    line.run("select etl.open_table_migration('runways')")
    assert line.own.next_publication("runways") is None
    line.run("select etl.abandon_table_migration('runways')")
    assert line.own.next_publication("runways") is not None


def test_people_see_what_is_behind(line: World):
    refuse(line, 1)
    seen = line.run("select state, reason, behind > '0 s' from etl.publications order by 1, 2")
    assert seen == [("waiting", "error 1023", True), ("waiting", None, True)]
    glance = line.run("select redshift from etl.loads_at_a_glance")
    assert glance == [("waiting",), ("waiting",)]
