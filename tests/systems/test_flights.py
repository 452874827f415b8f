"""The flights of 2015, made anew several times a day: right answers, and bad files that change
nothing."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from examples.flights.generate import write_all
from stagecoach.declaration import load_all
from stagecoach.migrate import migrate
from tests.sql.worlds import ROOT, World, write_sql
from tests.systems.pipe import Pipe, changes
from workbench import views

PROJECT = ROOT / "examples" / "flights"
FILES = {"dot_airlines": "airlines.json", "dot_airports": "airports.csv",
         "dot_flights": "flights_sample.csv"}  # fmt: skip
SUMS = "sum(flights), sum(sum_arrival_delay), sum(sum_air_time), sum(sum_distance)"
LATE = f"select {SUMS} from dot.delayed_flights_agg"
Pipes = dict[str, Pipe]


@pytest.fixture
def dot(world: World) -> Pipes:
    """The three datasets and both views, without a row."""
    declared = load_all(PROJECT / "datasets")
    sql = write_sql(world.folder, *declared.values())
    for path, text in views.render(views.load(PROJECT / "views", declared), declared).items():
        (world.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (world.folder / path).write_text(text, "utf-8")
    migrate(world.connect(), sql)
    return {name: Pipe(world, dataset) for name, dataset in declared.items()}


@pytest.fixture
def sample(data: Path) -> Path:
    return data / "flights_2015"


@pytest.fixture
def filled(dot: Pipes, sample: Path) -> Pipes:
    """All three hold the sample."""
    for name, file in FILES.items():
        dot[name].send(sample / file)
    return dot


@pytest.fixture
def changed(sample: Path, tmp_path: Path) -> Callable[..., Path]:
    """A function that writes the sample of flights with something done to its bytes."""

    def write(change: Callable[[bytes], bytes]) -> Path:
        file = tmp_path / "flights.csv"
        file.write_bytes(change((sample / FILES["dot_flights"]).read_bytes()))
        return file

    return write


def test_the_sample_gives_the_right_answers(filled: Pipes) -> None:
    world = filled["dot_flights"].world
    assert world.run("select count(*) from dot.flights_details") == [(46,)]
    assert world.run(LATE) == [(13, 139, 2703, 22209)]
    by_airline = "select airline, sum(flights) from dot.delayed_flights_agg group by 1 order by 1"
    assert world.run(by_airline) == [
        ("AA", 2), ("B6", 2), ("DL", 3), ("HA", 1), ("NK", 4), ("US", 1),
    ]  # fmt: skip


def test_causes_are_counted_where_they_are_given(filled: Pipes) -> None:
    causes = "sum(sum_air_system_delay), sum(sum_airline_delay), sum(sum_weather_delay)"
    found = filled["dot_flights"].world.run(f"select {causes} from dot.delayed_flights_agg")
    assert found == [(25 + 43, 15, 0)]


def test_a_flight_is_told_in_words(filled: Pipes) -> None:
    [row] = filled["dot_flights"].world.run(
        "select flight_date, weekday, airline_name, origin_city, destination_name, cancelled_for "
        "from dot.flights_details where cancelled and airline = 'AS'"
    )
    assert row == (date(2015, 1, 1), "Thursday", "Alaska Airlines Inc.", "Anchorage",
                   "Seattle-Tacoma International Airport", "Airline")  # fmt: skip


def test_nobody_has_promised_a_key_but_the_sample_has_one(sample: Path) -> None:
    """Why there is none all the same: docs/cookbook/flights.md."""
    names = ("YEAR", "MONTH", "DAY", "AIRLINE", "FLIGHT_NUMBER", "ORIGIN_AIRPORT",
             "SCHEDULED_DEPARTURE")  # fmt: skip
    with (sample / FILES["dot_flights"]).open(newline="") as file:
        rows = [tuple(row[name] for name in names) for row in csv.DictReader(file)]
    assert len(set(rows)) == len(rows) == 46


def test_two_lines_that_are_the_same_are_two_flights(dot: Pipes, changed) -> None:
    doubled = changed(lambda data: twice(data, 1))
    counts = dot["dot_flights"].send(doubled)["counts"]
    assert (counts["inserted"], counts["deduplicated"]) == (47, 0)


def twice(data: bytes, line: int) -> bytes:
    lines = data.split(b"\r\n")
    return b"\r\n".join([*lines[: line + 1], *lines[line:]])


LEFT = [  # scheduled, left, minutes late, the day on which it left
    ("0005", "2354", -11, "2014-12-31"),
    ("0005", "0003", -2, "2015-01-01"),
    ("0030", "0044", 14, "2015-01-01"),
    ("2350", "0010", 20, "2015-01-02"),
    ("2350", "2400", 10, "2015-01-01"),
    ("0900", "0910", 1450, "2015-01-02"),
    ("2300", "0030", 1530, "2015-01-03"),
    ("0800", "0800", 0, "2015-01-01"),
]


def test_a_flight_belongs_to_the_day_on_which_it_left(dot: Pipes, changed) -> None:
    def rewrite(data: bytes) -> bytes:
        header, line, *_ = data.decode().split("\r\n")
        fields = line.split(",")
        lines = []
        for number, (planned, left, late, _) in enumerate(LEFT):
            told = {5: str(number), 9: planned, 10: left, 11: str(late)}
            lines.append(",".join(told.get(at, field) for at, field in enumerate(fields)))
        return "\r\n".join([header, *lines, ""]).encode()

    assert changes(dot["dot_flights"].send(changed(rewrite)))[0] == len(LEFT)
    found = dot["dot_flights"].world.run(
        "select departure_date::text from dot.flights order by flight_number"
    )
    assert [day for (day,) in found] == [day for *_, day in LEFT]


def test_a_flight_that_never_left_has_no_day_of_departure(filled: Pipes) -> None:
    left = "select count(departure_date), count(*) from dot.flights where departure_time is null"
    assert filled["dot_flights"].world.run(left) == [(0, 2)]


BAD = {
    "all but one line": (lambda data: data[: data.rindex(b"\r\n")], "1 of 46 live rows"),
    "half a file": (lambda data: b"\r\n".join(data.split(b"\r\n")[:24]) + b"\r\n",
                    "23 of 46 live rows of dot.flights (50.0 %) are not in the file"),
    "cut in a line": (lambda data: data[:-60], "1 of 46 rows are rejected"),
    "a header and no row": (lambda data: data.split(b"\r\n")[0] + b"\r\n", "no rows"),
    "a broken header": (lambda data: data.replace(b"AIRLINE,FLIGHT", b"AIRLINE_FLIGHT", 1),
                        "the header lacks 'AIRLINE'"),
    "a time as a number": (lambda data: data.replace(b",0005,", b",5,"),
                           "of 46 rows are rejected"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_leaves_the_old_flights(filled: Pipes, changed, name) -> None:
    change, said = BAD[name]
    flights = filled["dot_flights"]
    report = flights.send(changed(change))
    assert report["state"] == "rejected"
    assert said in report["reason"]
    assert flights.world.run(LATE) == [(13, 139, 2703, 22209)]
    assert len(flights.world.own.pending_alerts()) == 1


def test_a_later_file_takes_the_place_of_the_whole_table(filled: Pipes, changed) -> None:
    more = changed(lambda data: twice(data, 46))
    assert changes(filled["dot_flights"].send(more)) == (47, 0, 46)
    assert filled["dot_flights"].world.run("select count(*) from dot.flights_details") == [(47,)]


def test_what_is_generated_is_taken_whole_and_adds_up(dot: Pipes, tmp_path: Path) -> None:
    for name, file in write_all(tmp_path / "made", rows=20_000).items():
        counts = dot[name].send(file)["counts"]
        assert (counts["rejected"], counts["warned"]) == (0, 0)
    world = dot["dot_flights"].world
    causes = ("air_system", "security", "airline", "late_aircraft", "weather")
    added = " + ".join(f"{cause}_delay" for cause in causes)
    wrong = f"select count(*) from dot.flights where {added} <> arrival_delay"
    unknown = "select count(*) from dot.flights_details where airline_name is null"
    assert world.run(f"{wrong} union all {unknown} or origin_name is null") == [(0,), (0,)]
    [(flights, explained)] = world.run("select count(*), count(weather_delay) from dot.flights")
    assert flights == 20_000 > explained > 5_000


def test_equal_seeds_make_equal_files(tmp_path: Path) -> None:
    made = [write_all(tmp_path / each, rows=2_000, seed=seed)
            for each, seed in (("one", 1), ("again", 1), ("other", 2))]  # fmt: skip
    one, again, other = (files["dot_flights"].read_bytes() for files in made)
    assert one == again != other
    assert one.count(b"\r\n") == one.count(b"\n") == 2_001
