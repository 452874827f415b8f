"""What was applied in PostgreSQL gets to Redshift: in order, once, however often one looks."""

import threading
from dataclasses import replace

import pytest

from stagecoach.dataset import Column
from stagecoach.publish import publish
from tests.lambdas.warehouse import House, paused, runways

OLD = [(1, "grass"), (2, "water")]
NEW = [(2, "paved"), (3, "sand")]
BOTH = [(1, "grass"), (2, "paved"), (3, "sand")]


def test_a_load_that_was_applied_is_in_redshift_with_the_same_counts(house: House):
    load_id = house.load(OLD)
    house.settle()
    assert house.rows() == OLD
    going = house.going(load_id)
    assert (going["agrees"], going["attempt"], going["reason"]) == (True, 1, None)
    assert going["counts"]["inserted"] == 2
    assert house.cloud.mails() == []


def test_loads_follow_one_another_in_their_order(house: House):
    ids = [house.load(OLD), house.load(NEW), house.load([(3, "gravel")])]
    house.settle()
    assert house.rows() == [*BOTH[:2], (3, "gravel")]
    assert house.applied() == sorted(ids)
    assert [house.going(each)["agrees"] for each in ids] == [True] * 3


def test_looking_again_changes_nothing(house: House):
    house.load(OLD)
    house.settle()
    before = house.going()
    for _ in range(3):
        assert house.look() == {"batchItemFailures": []}
    assert house.going() == before
    assert house.nudges() == (0, 0)


def test_a_look_without_a_message_looks_at_everything(house: House):
    house.load(OLD)
    with house.depot() as depot:
        assert publish(depot, house.redshift, {}) == {"looked": 1, "troubled": 0}
    assert house.going()["state"] == "running"


@pytest.mark.parametrize("how", ["statement", "job", "ours"])
def test_whatever_tells_of_a_dataset_is_understood(house: House, how: str):
    name = house.cloud.settings.workflow(house.dataset.name)
    body = {
        "statement": {"detail": {"statementName": name, "state": "FINISHED"}},
        "job": {"detail": {"jobName": f"{name}-stage", "state": "SUCCEEDED"}},
        "ours": {"dataset": house.dataset.name},
    }[how]
    house.load(OLD)
    house.look(body)
    assert house.going()["state"] == "running"


@pytest.mark.parametrize("body", ["no json", "[]", {"detail": None}, {"detail": {"state": "x"}}])
def test_what_tells_of_nothing_is_ignored(house: House, body: object):
    house.load(OLD)
    assert house.look(body) == {"batchItemFailures": []}
    assert house.going()["state"] == "waiting"


def test_a_file_without_rows_is_published_too(house: House):
    house.load(OLD)
    house.load([])
    house.settle()
    assert house.rows() == OLD


def test_two_that_look_at_once_publish_once(house: House):
    """K: the queue delivers twice, the schedule fires meanwhile."""
    ids = [house.load(OLD), house.load(NEW)]
    failures: list[object] = []

    def keep_looking() -> None:
        for _ in range(6):
            answer = house.look()
            failures.extend(answer["batchItemFailures"])

    threads = [threading.Thread(target=keep_looking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.settle()
    assert failures == []
    assert house.rows() == BOTH
    assert house.applied() == sorted(ids)
    assert [house.going(each)["attempt"] for each in ids] == [1, 1]


def test_a_batch_that_runs_twice_changes_nothing_the_second_time(house: House):
    load_id = house.load(OLD)
    house.settle()
    house.cloud.world.run(
        "update etl.publication set state = 'running', ended_at = null, counts = null, "
        "agrees = null, statement_id = null, attempt = 2"
    )
    house.settle()
    going = house.going(load_id)
    assert (going["counts"]["inserted"], going["agrees"]) == (2, True)  # as it was counted then
    assert house.rows() == OLD


def test_an_attempt_whose_statement_nobody_knows_is_found_applied(house: House):
    """The Data API forgets after a day; what Redshift holds decides."""
    house.load(OLD)
    house.look()
    house.settle()
    house.cloud.world.run(
        "update etl.publication set state = 'running', ended_at = null, counts = null, "
        "agrees = null, statement_id = 'd9b6c0c9-0747-4bf4-b142-e8883122f766'"
    )
    house.settle()
    assert (house.going()["attempt"], house.going()["agrees"]) == (1, True)


def test_an_attempt_whose_statement_nobody_knows_is_tried_again(house: House):
    house.load(OLD)
    taken = house.cloud.world.own.next_publication(house.dataset.name)
    assert taken is not None
    unknown = "d9b6c0c9-0747-4bf4-b142-e8883122f766"
    house.cloud.world.own.publication_started(taken["load_id"], 1, unknown)
    house.look()
    going = house.going()
    assert (going["state"], going["attempt"]) == ("waiting", 1)
    assert "not known" in going["reason"]
    house.due()
    house.settle()
    assert house.rows() == OLD


def test_counts_that_differ_are_mailed_and_the_line_goes_on(house: House):
    house.load(OLD)
    house.settle()
    house.redshift.run(
        [f"delete from aviation.{house.dataset.name} where id = 1;"], name="by hand", patience=60
    )
    house.load(OLD)
    house.settle()
    assert house.going()["agrees"] is False
    (mail,) = house.cloud.mails()
    assert "differs" in mail or "did something else" in mail
    assert house.rows() == OLD


def narrow(room: int) -> tuple[Column, ...]:
    """Columns of which the second has so many bytes in Redshift, and eight characters here."""
    surface = Column("surface", "varchar(8)", "surface", nullable=True, bytes=room)
    return (Column("id", "bigint", "id"), surface)


def test_what_copy_refuses_is_explained_and_healed_by_a_person(house: House):
    """C14: eight characters may be more than eight bytes."""
    small = House(house.cloud, house.place, runways(columns=narrow(8)))
    load_id = small.load([(1, "grass"), (2, "gräsern!")])
    small.settle("failed")
    reason = small.going(load_id)["reason"]
    for wanted in ("part-0.parquet", "line 2", "column surface", "varchar(8)", "bytes"):
        assert wanted in reason
    (mail,) = small.cloud.mails()
    assert f"stagecoach publish {load_id[:8]}" in mail

    roomy = House(house.cloud, house.place, replace(small.dataset, columns=narrow(32)))
    assert roomy.ask(ask="publish", load_id=load_id)["ok"]["redshift"]["state"] == "waiting"
    roomy.settle()
    assert roomy.rows() == [(1, "grass"), (2, "gräsern!")]


def test_p6_a_redshift_that_sleeps_for_three_loads_gets_all_of_them_in_order(house: House):
    """Nobody does anything, and it heals."""
    ids = []
    with paused(house.place):
        for rows in (OLD, NEW, [(3, "gravel")]):
            ids.append(house.load(rows))
            assert house.look() == {"batchItemFailures": []}
            house.due()
        first, *others = [house.going(each) for each in ids]
        assert (first["state"], first["attempt"]) == ("waiting", 3)
        assert "is it paused" in first["reason"]
        assert [each["attempt"] for each in others] == [0, 0]
        assert house.nudges()[1] == 3  # each try has the next one come
        assert house.cloud.mails() == []

    house.settle()
    assert house.rows() == [*BOTH[:2], (3, "gravel")]
    assert [house.going(each)["agrees"] for each in ids] == [True] * 3


def test_one_that_failed_holds_the_others_until_it_is_healed(house: House):
    name = house.dataset.name
    first, second = house.load(OLD), house.load(NEW)
    key = f"{name}/_load_id={first}/part-0.parquet"
    data = house.cloud.s3.get_object(Bucket=house.clean, Key=key)["Body"].read()
    house.cloud.s3.delete_object(Bucket=house.clean, Key=key)
    house.look()
    house.look()
    assert (house.going(first)["state"], house.going(second)["state"]) == ("failed", "waiting")
    assert "is gone" in house.going(first)["reason"]

    house.cloud.s3.put_object(Bucket=house.clean, Key=key, Body=data)
    answer = house.ask(ask="publish", load_id=first[:8])
    assert answer["ok"]["redshift"]["state"] == "waiting"
    assert house.nudges() == (1, 0)  # at once
    house.settle()
    assert house.rows() == BOTH


def test_a_load_that_is_there_is_not_published_by_hand(house: House):
    load_id = house.load(OLD)
    house.settle()
    assert "nothing to publish" in house.ask(ask="publish", load_id=load_id)["error"]
    assert house.nudges() == (0, 0)


def test_k6_a_poller_in_redshift_sees_the_whole_old_table_or_the_whole_new_one(house: House):
    whole = House(house.cloud, house.place, runways("replace", key=()))
    files = [[(number, surface) for number in range(200)] for surface in ("grass", "paved", "sand")]
    whole.load(files[0])
    whole.settle()
    question = (
        "select count(*) as n, count(distinct surface) as kinds, min(surface) as surface "
        f"from aviation.{whole.dataset.name}"
    )
    seen: list[tuple] = []
    over = threading.Event()

    def poll() -> None:
        while not over.is_set():
            (row,) = whole.redshift.ask(question, 60)
            seen.append(tuple(row.values()))

    poller = threading.Thread(target=poll)
    poller.start()
    for rows in files[1:]:
        whole.load(rows)
        whole.settle()
    over.set()
    poller.join()
    assert {(n, kinds) for n, kinds, _ in seen} == {(200, 1)}
    assert "grass" in {surface for *_, surface in seen}
    assert whole.rows() == files[-1]
