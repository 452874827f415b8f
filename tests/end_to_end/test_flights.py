"""The flights that are made anew several times a day, in both databases, while people read them."""

import json
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from examples.flights.generate import write_flights
from tests.environment import FINAL, eventually

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "flights_2015"
FILES = {"dot_airlines": "airlines.json", "dot_airports": "airports.csv",
         "dot_flights": "flights_sample.csv"}  # fmt: skip
COUNT = "select count(*) from dot.flights_details"
LATE = (
    "select sum(flights), sum(sum_arrival_delay), sum(sum_air_time), sum(sum_distance) "
    "from dot.delayed_flights_agg"
)
BY_AIRLINE = "select airline, sum(flights) from dot.delayed_flights_agg group by 1 order by 1"
BOTH = ("postgres", "redshift")
BAD = {  # what was done to the sample, and how the sentence begins that says so
    "header.csv": (lambda data: data.replace(b"AIRLINE,", b"CARRIER,", 1),
                   "the header lacks 'AIRLINE'"),
    "half.csv": (lambda data: b"\r\n".join(data.split(b"\r\n")[:24]) + b"\r\n",
                 "23 of 46 live rows of dot.flights (50.0 %) are not in the file"),
    "cut.csv": (lambda data: data[:-60], "1 of 46 rows are rejected"),
}  # fmt: skip
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def sample(environment):
    """The sample is in both databases; answers its folder."""
    if not SAMPLE.is_dir():
        pytest.skip(f"the shared test data is not at {SAMPLE}")
    for name, file in FILES.items():
        [load] = environment.json("send", name, SAMPLE / file, code=None)
        if load["state"] == "rejected":  # an environment that was kept has more flights
            load = environment.json("approve", load["load_id"])
        assert load["redshift"]["agrees"], load
    return SAMPLE


def answers(environment, target: str) -> tuple:
    numbers = [int(each) for each in environment.sql(LATE, target)[0]]
    by_airline = {name: int(count) for name, count in environment.sql(BY_AIRLINE, target)}
    return environment.sql(COUNT, target)[0][0], numbers, by_airline


RIGHT = (46, [13, 139, 2703, 22209], {"AA": 2, "B6": 2, "DL": 3, "HA": 1, "NK": 4, "US": 1})


@pytest.mark.parametrize("target", BOTH)
def test_both_views_give_the_right_answers(environment, sample, target):
    assert answers(environment, target) == RIGHT


def test_the_mean_of_whole_numbers_is_not_cut(environment, sample):
    means = "select avg_arrival_delay from dot.delayed_flights_agg where airline = 'B6' order by 1"
    assert environment.sql(means, "redshift") == environment.sql(means)


def test_a_bad_file_leaves_the_old_flights_and_mails_one_sentence(environment, sample, tmp_path):
    good = (sample / FILES["dot_flights"]).read_bytes()
    for name, (change, _) in BAD.items():
        (tmp_path / name).write_bytes(change(good))
    loads = environment.json("send", "dot_flights", *map(tmp_path.joinpath, BAD), code=1)
    for load, (_, said) in zip(loads, BAD.values(), strict=True):
        assert load["state"] == "rejected"
        assert load["reason"].startswith(said)
        [mail] = eventually(lambda load=load: mails_about(environment, load))
        assert load["reason"] in str(mail)
    assert [answers(environment, target) for target in BOTH] == [RIGHT, RIGHT]


def test_two_files_seconds_apart_end_as_the_later_and_nobody_sees_half(
    environment, sample, tmp_path
):
    file, sizes = tmp_path / "flights.csv", (3_000, 4_000)
    with read(environment) as seen:
        for rows in sizes:
            write_flights(file, rows, seed=rows)
            environment.json("send", "dot_flights", file, "--no-wait")
        first, second = eventually(lambda: when_both_ended(environment))
    assert second["state"] == "applied"
    assert first["state"] in ("applied", "superseded")
    assert second["redshift"]["agrees"]
    for target in BOTH:
        assert seen[target] in ([46, *sizes], [46, sizes[1]]), target
        assert environment.sql(COUNT, target) == [[sizes[1]]]


def when_both_ended(environment) -> list[dict]:
    """Both loads, the earlier first, once they have ended and what was applied is in Redshift."""
    second, first = environment.loads("dot_flights", 2)
    there = [load["state"] != "applied" or load["redshift"]["state"] == "applied"
             for load in (first, second)]  # fmt: skip
    over = all(load["state"] in FINAL for load in (first, second))
    return [first, second] if over and all(there) else []


@contextmanager
def read(environment, pause=0.01):
    """Count in both databases, again after each pause, in seconds; yields the counts that were
    different, by target.
    """
    seen: dict[str, list[int]] = {target: [] for target in BOTH}
    stop = threading.Event()
    readers = [
        threading.Thread(target=poll, args=(environment.connect(target), seen[target], stop, pause))
        for target in BOTH
    ]
    for reader in readers:
        reader.start()
    eventually(lambda: all(seen.values()))
    try:
        yield seen
        time.sleep(0.5)  # a last look
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def poll(connection, seen: list[int], stop: threading.Event, pause: float) -> None:
    try:
        while not stop.wait(pause):
            [[count]] = connection.run(COUNT)
            if seen[-1:] != [count]:
                seen.append(count)
    finally:
        connection.close()


def mails_about(environment, load: dict) -> list:
    mails = environment.cloud.get("mailbox")
    return [mail for mail in mails if load["load_id"][:8] in json.dumps(mail)]
