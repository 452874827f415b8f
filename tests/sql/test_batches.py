"""Batches: the members of a business date are loaded together, or not at all."""

import json
from datetime import date, timedelta

import pytest

from stagecoach.dataset import Column
from stagecoach.declaration.batches import Batch
from stagecoach.errors import Permanent
from stagecoach.migrate import migrate
from tests.sql.test_concurrency import at_once
from tests.sql.worlds import CLOCK, World, dataset, write_sql
from workbench.batches import render

NIGHTLY = Batch(
    name="nightly",
    description="The tables of one night",
    members=("stores", "sales", "events"),
    business_date="_{yyyy}{MM}{dd}.",
    expected="daily",
    deadline_days=1,
    deadline_time="04:00",
)
STORES, SALES = dataset("stores"), dataset("sales")
EVENTS = dataset("events", "append", key=(), columns=(Column("id", "bigint", "id"),))
MONDAY, TUESDAY = "2025-12-29", "2025-12-30"
WATCHED, DEADLINE = "2025-12-29T12:00:00Z", "2025-12-30T04:00:00Z"
MEMBERS = NIGHTLY.members


def deploy(world: World, *batches: Batch) -> dict:
    """Deploy the three datasets and these batches."""
    folder = write_sql(world.folder, STORES, SALES, EVENTS)
    for old in (folder / "batches").glob("*.sql"):
        old.unlink()
    for path, text in render(batches).items():
        (world.folder / path).parent.mkdir(exist_ok=True)
        (world.folder / path).write_text(text)
    return migrate(world.connect(), folder)


@pytest.fixture
def night(world: World) -> World:
    deploy(world, NIGHTLY)
    return world


def arrive(world: World, name: str, day: str = MONDAY, **told: object) -> str:
    """A file of a business date is queued, at two in the night after it; answers its load."""
    key, tick = f"{name}/{name}_{day.replace('-', '')}.csv", next(CLOCK)
    night = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    when = {"event_time": f"{night}T02:{tick // 60 % 60:02d}:{tick % 60:02d}Z"}
    return world.arrive(name, key=key, **{**when, **told})


def apply(world: World, name: str, rows: tuple = ((1, "grass"),)) -> str | None:
    """Claim and apply the next load of a member; None when none may go."""
    claimed = world.own.claim(name)
    if claimed is None:
        return None
    shaped = [row[:1] if name == "events" else row for row in rows]
    manifest = world.stage(claimed["load_id"], claimed["attempt"], shaped)
    world.own.apply_load(claimed["load_id"], json.loads(json.dumps(manifest)))
    return claimed["load_id"]


def whole_day(world: World, day: str = MONDAY) -> None:
    """Every member of a day comes, and is applied."""
    for name in MEMBERS:
        arrive(world, name, day)
    for name in MEMBERS:
        assert apply(world, name)


def day_of(world: World, day: str = MONDAY) -> dict:
    """A business date as the command line shows it."""
    ((batch,),) = world.run("select etl.batches('nightly', 10)")
    return next(one for one in batch[0]["days"] if one["business_date"] == day)


def look(world: World, at: str | None = None) -> dict:
    """What the sweep does at a time."""
    return world.run("select etl.look_at_batches(%s::timestamptz)", at)[0][0]


def mails(world: World) -> list[str]:
    """The subjects in the outbox."""
    return [subject for (subject,) in world.run("select subject from etl.alert order by alert_id")]


def state(world: World, load_id: str) -> tuple:
    return world.run("select state, reason from etl.load where load_id = %s", load_id)[0]


def test_nothing_goes_before_all_are_there(night: World):
    arrive(night, "stores")
    arrive(night, "sales")
    assert [night.own.claim(name) for name in MEMBERS] == [None, None, None]
    assert day_of(night)["state"] == "open"
    arrive(night, "events")
    assert night.own.ready_members("events") == ["events", "sales", "stores"]
    assert day_of(night)["state"] == "complete"
    assert all(apply(night, name) for name in MEMBERS)
    assert day_of(night)["state"] == "applied"


def test_a_held_load_says_what_it_waits_for(night: World):
    look(night, WATCHED)
    load_id = arrive(night, "sales")
    told = night.own.load_report(load_id)
    assert told["waits_for"] == (
        "waits for stores, events of 2025-12-29 (batch nightly, due 2025-12-30 04:00 UTC)"
    )
    assert told["business_date"] == MONDAY


def test_two_members_at_once_complete_the_day(night: World):
    arrive(night, "stores")
    loads = [
        night.own.receive(
            *("landing", f"{name}/{name}_20251229.csv", "v1", name),
            **{"size": 1, "etag": None, "sequencer": "1", "event_time": DEADLINE},
        )["load_id"]
        for name in ("sales", "events")
    ]
    ledgers = [night.ledger(), night.ledger()]
    at_once(2, lambda at: ledgers[at].queue(loads[at], {"pinned_key": "x"}))
    assert day_of(night)["state"] == "complete"


def test_two_days_interleaved_go_each_by_itself_the_earlier_first(night: World):
    for name, day in (
        *(("stores", TUESDAY), ("stores", MONDAY), ("sales", MONDAY)),
        *(("events", TUESDAY), ("sales", TUESDAY)),
    ):
        arrive(night, name, day)
    assert day_of(night, MONDAY)["state"] == "open"
    assert day_of(night, TUESDAY)["state"] == "complete"
    arrive(night, "events", MONDAY)
    first = [night.own.load_report(apply(night, name))["business_date"] for name in MEMBERS]
    assert first == [MONDAY, MONDAY, MONDAY]
    assert all(apply(night, name) for name in MEMBERS)
    assert [day_of(night, day)["state"] for day in (MONDAY, TUESDAY)] == ["applied", "applied"]


def test_a_file_that_comes_again_goes_alone(night: World):
    whole_day(night)
    again = arrive(night, "sales")
    assert night.own.load_report(again)["waits_for"] is None
    assert apply(night, "sales", ((1, "clay"),)) == again
    assert day_of(night)["state"] == "applied"
    assert night.rows("sales") == [(1, "clay")]


def test_the_newest_file_counts_while_the_day_waits(night: World):
    old = arrive(night, "sales")
    new = arrive(night, "sales")
    said = "a newer file of 2025-12-29 came before this one was loaded"
    assert state(night, old) == ("superseded", said)
    arrive(night, "stores")
    arrive(night, "events")
    assert apply(night, "sales") == new
    assert apply(night, "sales") is None


def test_every_appended_file_of_a_day_is_loaded(night: World):
    for name in ("events", "events", "stores", "sales"):
        arrive(night, name)
    assert apply(night, "events")
    assert apply(night, "events")
    assert night.rows("events") == [(1,), (1,)]


def test_a_file_that_is_refused_leaves_the_day_open_and_the_mail_says_why(night: World):
    look(night, WATCHED)
    arrive(night, "stores")
    bad = night.own.receive(
        *("landing", "sales/sales_20251229.csv", "v1", "sales"),
        **{"size": 1, "etag": None, "sequencer": "1", "event_time": DEADLINE},
    )
    night.own.refuse(bad["load_id"], "the header lacks the column surface")
    assert look(night, DEADLINE)["alerted"] == 1
    ((message,),) = night.run("select message from etl.alert where kind = 'batch'")
    assert "The batch nightly of 2025-12-29 is not complete" in message
    assert "its deadline was 2025-12-30 04:00 UTC" in message
    assert "sales: rejected: the header lacks the column surface" in message
    assert "events: did not arrive" in message
    assert "stores" not in message


def test_a_passed_deadline_is_told_once_whatever_the_clock_does(night: World):
    look(night, WATCHED)
    arrive(night, "stores")
    at = ["2025-12-30T03:59:59Z", DEADLINE, DEADLINE, "2025-12-29T05:00:00Z", DEADLINE]
    told = [look(night, each)["alerted"] for each in at]
    assert told == [0, 1, 0, 0, 0]
    assert mails(night) == ["nightly: 2025-12-29 is not complete"]


def test_a_day_on_which_nothing_came_is_told_too(night: World):
    look(night, WATCHED)
    assert look(night, DEADLINE)["alerted"] == 1
    ((message,),) = night.run("select message from etl.alert")
    assert message.count("did not arrive") == 3


def test_a_clock_that_jumps_a_month_makes_one_mail(night: World):
    look(night, WATCHED)
    assert look(night, "2026-01-28T12:00:00Z")["alerted"] == 30
    assert mails(night) == ["nightly: 30 business dates are not complete"]
    ((message,),) = night.run("select message from etl.alert")
    assert "So are 20 earlier ones." in message


def test_a_late_member_completes_the_day_and_says_how_late(night: World):
    look(night, WATCHED)
    arrive(night, "stores")
    arrive(night, "events")
    look(night, DEADLINE)
    arrive(night, "sales", event_time="2025-12-30T04:41:30Z")
    assert day_of(night)["state"] == "complete"
    assert day_of(night)["late_minutes"] == 42
    assert mails(night)[-1] == "nightly: 2025-12-29 is complete"
    ((message,),) = night.run("select message from etl.alert order by alert_id desc limit 1")
    assert message == "The batch nightly of 2025-12-29 is complete, 42 minutes late."


def test_old_days_that_are_sent_again_get_an_hour(night: World):
    look(night)
    arrive(night, "stores")
    assert look(night)["alerted"] == 0
    night.run("update etl.batch_day set deadline = now() - interval '1 second'")
    assert look(night)["alerted"] == 1


def test_a_day_that_comes_after_a_later_one_was_applied_is_skipped(night: World):
    """But what is appended is a fact of its own, and goes when its day is whole."""
    whole_day(night, TUESDAY)
    late = [arrive(night, name, MONDAY) for name in ("stores", "sales")]
    reason = "the file of 2025-12-30 was applied before this one of 2025-12-29"
    assert all(state(night, each)[1].startswith(reason) for each in late)
    assert day_of(night)["state"] == "open"
    fact = arrive(night, "events", MONDAY)
    assert apply(night, "events") == fact
    assert day_of(night)["state"] == "skipped"
    assert look(night, "2026-02-01T00:00:00Z")["alerted"] >= 0
    assert "nightly: 2025-12-29 is not complete" not in mails(night)


def test_a_day_that_lacks_a_refused_member_is_skipped_with_the_next_whole_one(night: World):
    """So that what is computed of the batch does not wait for it."""
    deploy(night, Batch(**{**vars(NIGHTLY), "members": ("stores", "sales")}))
    arrive(night, "stores", MONDAY)
    arrive(night, "sales", MONDAY)
    apply(night, "stores")
    night.own.refuse(night.own.claim("sales")["load_id"], "12 rows are bad")
    assert day_of(night, MONDAY)["state"] == "complete"
    arrive(night, "stores", TUESDAY)
    arrive(night, "sales", TUESDAY)
    assert all(apply(night, name) for name in ("stores", "sales"))
    assert [day_of(night, day)["state"] for day in (MONDAY, TUESDAY)] == ["skipped", "applied"]


def test_waiting_files_of_a_day_end_when_a_later_one_is_applied(night: World):
    waiting = arrive(night, "sales", MONDAY)
    whole_day(night, TUESDAY)
    assert night.own.claim("sales") is None
    assert state(night, waiting)[0] == "superseded"


@pytest.mark.parametrize("name", ["sales_20240231.csv", "sales.csv", "sales_2024.csv"])
def test_a_key_without_a_date_is_refused(night: World, name: str):
    load_id = night.arrive("sales", key=f"sales/{name}")
    assert state(night, load_id)[0] == "rejected"
    assert (
        f"found no date in the key sales/{name} - wanted one as _{{yyyy}}{{MM}}{{dd}}."
        in (state(night, load_id)[1])
    )


def test_a_date_to_come_is_refused(night: World):
    load_id = arrive(night, "sales", "2099-01-01", event_time="2025-12-29T02:00:00Z")
    assert state(night, load_id)[0] == "rejected"
    assert arrive(night, "sales", MONDAY, event_time="2025-12-28T22:00:00Z")


def test_a_refused_key_stays_refused_when_it_is_replayed(night: World):
    load_id = night.arrive("sales", key="sales/sales.csv")
    again = night.own.replay(load_id)["load_id"]
    night.own.queue(again, {"pinned_key": "x"})
    assert state(night, again)[0] == "rejected"


def test_a_member_that_fails_after_the_others_went_is_told_at_the_deadline(night: World):
    look(night, WATCHED)
    for name in MEMBERS:
        arrive(night, name)
    apply(night, "stores")
    apply(night, "events")
    claimed = night.own.claim("sales")
    night.own.refuse(claimed["load_id"], "12 rows are bad")
    look(night, DEADLINE)
    ((message,),) = night.run("select message from etl.alert where kind = 'batch'")
    assert "sales: rejected: 12 rows are bad\nThe others are loaded." in message
    arrive(night, "sales")
    apply(night, "sales")
    assert day_of(night)["state"] == "applied"
    assert mails(night)[-1] == "nightly: 2025-12-29 is applied"


def test_a_batch_that_is_gone_frees_what_it_held(night: World):
    load_id = arrive(night, "sales")
    assert night.own.claim("sales") is None
    assert deploy(night)["batches"] == []
    assert night.own.claim("sales")["load_id"] == load_id


def test_a_batch_that_is_new_holds_what_waits(world: World):
    deploy(world)
    load_id = arrive(world, "sales")
    assert deploy(world, NIGHTLY)["batches"] == ["nightly"]
    assert world.own.claim("sales") is None
    assert day_of(world)["missing"][0] == {"dataset": "stores", "said": "did not arrive"}
    arrive(world, "stores")
    arrive(world, "events")
    assert world.own.claim("sales")["load_id"] == load_id


def test_a_member_less_may_complete_a_day(night: World):
    arrive(night, "stores")
    arrive(night, "sales")
    smaller = Batch(**{**vars(NIGHTLY), "members": ("stores", "sales")})
    deploy(night, smaller)
    assert apply(night, "stores")
    assert apply(night, "sales")
    assert day_of(night)["state"] == "applied"


def test_deploying_again_changes_nothing(night: World):
    look(night, WATCHED)
    whole_day(night)
    before = night.run("select * from etl.batch, etl.batch_day")
    deploy(night, NIGHTLY)
    assert night.run("select * from etl.batch, etl.batch_day") == before


def test_mended_rows_go_alone(night: World):
    for name in MEMBERS:
        arrive(night, name)
    applied = apply(night, "sales")
    mended = "00000000-0000-4000-8000-000000000001"
    night.own.mend(applied, mended, [7], {"pinned_key": "x"}, fills_whole=True)
    night.run("update etl.batch_day set state = 'open', completed_at = null")
    assert night.own.claim("sales")["load_id"] == mended


def test_a_batch_that_is_not_there_is_said_so(night: World):
    with pytest.raises(Permanent, match="there is no batch 'daily' - there are: nightly"):
        night.own.batches("daily")


def test_expected_days_are_the_declared_ones(world: World):
    deploy(world, Batch(**{**vars(NIGHTLY), "expected": "weekdays"}))
    look(world, "2025-12-26T12:00:00Z")  # a Friday
    assert look(world, "2025-12-30T05:00:00Z")["alerted"] == 2  # Friday, Monday
    deploy(world, Batch(**{**vars(NIGHTLY), "expected": "none"}))
    look(world, "2025-12-31T05:00:00Z")
    assert look(world, "2026-01-09T05:00:00Z")["alerted"] == 0
