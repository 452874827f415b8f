"""A whole table goes to Redshift: every value, in one snapshot, restartable at any point."""

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from pg8000.exceptions import DatabaseError

from stagecoach import aws
from stagecoach.dataset import Column
from stagecoach.errors import LoadRejected, Permanent
from stagecoach.frames.migration import placing
from stagecoach.frames.migration.desk import Desk
from tests.frames.judge import column
from tests.frames.migrating import BUCKET, Killed, Road, declared
from tests.lambdas.conftest import endpoint, speak_to  # noqa: F401 - a fixture
from tests.sql.worlds import World

ID = Column("id", "bigint", "id")
NOTE = Column("note", "varchar(20)", "note", nullable=True)

# What PostgreSQL holds in a column of each type, and what Redshift shows of it.
VALUES = {
    "boolean": (["true", "false", None], [True, False, None]),
    "smallint": (["-32768", "32767"], [-32768, 32767]),
    "integer": (["-2147483648", "2147483647"], [-2147483648, 2147483647]),
    "bigint": (["-9223372036854775808", "9223372036854775807"], [-(2**63), 2**63 - 1]),
    "numeric(38,10)": (
        ["0.0000000001", "-1234567890123456789012345678.0123456789", "0", None],
        ["0.0000000001", "-1234567890123456789012345678.0123456789", "0.0000000000", None],
    ),
    "real": (["0.1", "3.4028235e+38", "1e-45"], ["0.1", "3.4028235e+38", "1e-45"]),
    "double": (
        ["0.1", "1.7976931348623157e+308", "5e-324"],
        [0.1, 1.7976931348623157e308, 5e-324],
    ),
    "varchar(3)": (["漢漢漢", "💩  ", "\\N", "", None], ["漢漢漢", "💩  ", "\\N", "", None]),
    "text": (
        ['say "hi"', "a,b\r\nc", "\\", "\\.", "NULL", " x ", "", None],
        ['say "hi"', "a,b\r\nc", "\\", "\\.", "NULL", " x ", "", None],
    ),
    "date": (["0001-01-01", "1582-10-10", "9999-12-31", None],) * 2,
    "timestamp": (
        ["0001-01-01 00:00:00", "2024-03-31 02:30:00.000001", "9999-12-31 23:59:59.999999"],
    )
    * 2,
    "timestamptz": (
        ["1883-11-18 12:03:58+00", "2024-03-31 02:30:00.5+00", None],
    )
    * 2,
    "time": (["00:00:00", "23:59:59.999999"],) * 2,
    "uuid": (["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None],) * 2,
    "json": (['{"a": [1.10, null]}', "3", None],) * 2,
}  # fmt: skip


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: F811
    speak_to(endpoint, monkeypatch)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    yield
    bucket = boto3.resource("s3").Bucket(BUCKET)
    bucket.objects.delete()
    bucket.delete()
    for client in (aws.s3, aws.redshift_data):
        client.cache_clear()


@pytest.fixture
def road(world: World, s3: None) -> Road:
    """A table of three rows that never came as a file."""
    built = Road.built(world, declared(ID, NOTE))
    world.run("insert into aviation.things values (1, 'grass'), (2, ''), (3, null)")
    return built


def apart(world: World, *statements: str) -> None:
    """Run statements on a session of their own, each in its own transaction."""
    connection = world.server.connect(world.database)
    connection.autocommit = True
    try:
        for statement in statements:
            connection.cursor().execute(statement)
    finally:
        connection.close()


def test_every_value_of_every_type_arrives(world: World, s3: None):
    names = {kind: f"c{number}" for number, kind in enumerate(VALUES)}
    road = Road.built(world, declared(ID, *(column(names[kind], kind) for kind in VALUES)))
    for kind, (given, _) in VALUES.items():
        for number, text in enumerate(given):
            world.run(
                f"insert into aviation.things (id, {names[kind]}) select %s::int, %s "
                f"on conflict (id) do update set {names[kind]} = excluded.{names[kind]}",
                number,
                text,
            )
    ended = road.migrate()
    assert ended["verified"]
    assert road.hashes()[0] == road.hashes()[1]
    for kind, (given, wanted) in VALUES.items():
        shown = names[kind] if kind != "real" else f"{names[kind]}::varchar"
        found = [row[0] for row in road.redshift_rows(shown, order="id")][: len(given)]
        assert [_plain(value) for value in found] == [_plain(value) for value in wanted], kind


def _plain(value: object) -> object:
    return value.removesuffix("+00") if isinstance(value, str) else value


def test_a_table_without_rows_is_migrated_too(world: World, s3: None):
    road = Road.built(world, declared(ID, NOTE))
    assert road.migrate()["rows"] == 0
    assert road.redshift_rows() == []


def test_what_is_there_is_replaced_and_nothing_is_left_over(road: Road):
    road.near.run(["insert into lake.things values (9, 'old')"], name="by hand", patience=60)
    ended = road.migrate()
    assert road.redshift_rows() == [(1, "grass"), (2, ""), (3, None)]
    assert (ended["state"], ended["rows"], ended["redshift_rows"]) == ("applied", 3, 3)
    assert ended["hash_sum"] == ended["redshift_hash_sum"]
    assert road.left_over() == []


HISTORY = declared(ID, NOTE, mode="history", deletes="close")
FLAGGED = declared(
    ID,
    NOTE,
    Column("seen", "timestamptz", "seen", nullable=True),
    Column("is_gone", "boolean", "is_gone", nullable=True),
    order_by="seen",
    deleted_when="is_gone",
)


def test_versions_of_a_history_keep_their_times(world: World, s3: None):
    road = Road.built(world, HISTORY)
    world.run(
        "insert into aviation.things values (1, 'a', '2024-01-01', '2024-02-01 00:00:00.5'), "
        "(1, 'b', '2024-02-01 00:00:00.5', null)"
    )
    road.migrate()
    shown = "note, valid_from::varchar, valid_to::varchar, is_current"
    assert road.redshift_rows(shown) == [
        ("a", "2024-01-01 00:00:00+00", "2024-02-01 00:00:00.5+00", False),
        ("b", "2024-02-01 00:00:00.5+00", None, True),
    ]
    assert road.hashes()[0] == road.hashes()[1]


def test_the_memory_of_deleted_keys_comes_along(world: World, s3: None):
    road = Road.built(world, FLAGGED)
    world.run("insert into aviation.things values (1, 'a', '2024-01-01', false)")
    world.run("insert into etl.gone__things values (7, '2024-05-05 01:02:03Z')")
    road.migrate()
    told = road.near.ask("select id, seen::varchar as seen from etl.gone__things", 60)
    assert told == [{"id": 7, "seen": "2024-05-05 01:02:03+00"}]


def test_columns_that_files_have_brought_come_along(world: World, s3: None):
    road = Road.built(world, replace(declared(ID, NOTE), drift="evolve"))
    load_id = world.arrive("things")
    world.run("alter table aviation.things add column coupon text")
    world.run("insert into etl.extra_column values ('things', 'coupon', 'Coupon', %s)", load_id)
    world.run("insert into aviation.things values (1, 'a', 'half off')")
    road.migrate()
    assert road.redshift_rows("id, coupon") == [(1, "half off")]


def test_many_parts_are_read_at_once_and_a_moving_table_is_read_as_it_was(world: World, s3: None):
    road = Road.built(world, declared(ID, NOTE))
    world.run("alter table aviation.things set (fillfactor = 10)")
    world.run("insert into aviation.things select n, n::text from generate_series(1, 60000) as n")
    opened = road.ledger.open("things")
    moves = iter(range(1, 1000))

    class Restless(Desk):
        def moved(self, rows: int) -> None:
            """Somebody changes, deletes and adds rows after every part."""
            step = next(moves)
            apart(world, f"update aviation.things set note = 'new' where id % 100 = {step}")
            apart(world, f"delete from aviation.things where id = {step}")
            apart(world, f"insert into aviation.things values ({100000 + step}, 'new')")
            super().moved(rows)

    road.desk = Restless
    ended = road.work(opened)
    assert ended["parts"] == ended["parts_done"] > 5
    assert (ended["rows"], ended["rows_done"]) == (60000, 60000)
    told = road.near.ask("select count(*) as n from lake.things where note <> id::varchar", 60)
    assert told == [{"n": 0}]


def test_a_partitioned_table_is_read_part_by_part_and_hashed_as_a_whole(world: World, s3: None):
    road = Road.built(world, declared(ID, NOTE))
    world.run("alter table aviation.things rename to old")
    world.run(
        "create table aviation.things (id bigint, note varchar(20), primary key (id)) "
        "partition by range (id)"
    )
    for start in (0, 10):
        world.run(
            f"create table aviation.from_{start} partition of aviation.things "
            f"for values from ({start}) to ({start + 10})"
        )
    world.run("insert into aviation.things select n, n::text from generate_series(0, 19) as n")
    ended = road.migrate()
    assert ended["rows"] == 20
    assert road.redshift_rows() == [(n, str(n)) for n in range(20)]
    assert road.hashes()[0] == road.hashes()[1]


def test_a_table_that_is_rewritten_waits_for_the_reader(road: Road):
    opened = road.ledger.open("things")

    class Nosy(Desk):
        def moved(self, rows: int) -> None:
            """Whoever would rewrite the table does not get its lock."""
            with pytest.raises(DatabaseError, match="lock timeout"):
                apart(road.world, "set lock_timeout = '50ms'", "vacuum full aviation.things")
            super().moved(rows)

    road.desk = Nosy
    road.work(opened)


def test_loads_in_the_snapshot_are_applied_in_redshift_too(road: Road):
    road.world.load([(4, "sand")], name="things")
    held = {row[0] for row in road.world.run("select load_id::text from etl.load")}
    ended = road.migrate()
    assert road.applied() == {*held, ended["migration_id"]}
    told = road.world.run("select state, agrees from etl.publication")
    assert told == [("applied", True)]


def test_loads_after_the_snapshot_follow_and_agree(road: Road):
    world = road.world
    world.load([(4, "sand")], name="things")
    opened = road.ledger.open("things")

    class Busy(Desk):
        def moved(self, rows: int) -> None:
            """A load is applied while the table is read."""
            if rows:
                world.load([(1, "changed"), (5, "new")], name="things")
            super().moved(rows)

    road.desk = Busy
    road.work(opened)
    assert road.redshift_rows() == [(1, "grass"), (2, ""), (3, None), (4, "sand")]
    road.publish([(1, "changed"), (5, "new")])
    assert road.hashes()[0] == road.hashes()[1]
    assert road.publish([]) is None


def test_a_late_publication_of_a_load_in_the_snapshot_changes_nothing(road: Road):
    road.world.load([(1, "changed")], name="things")
    begun = road.ledger.next_publication("things")
    road.world.load([(1, "changed again")], name="things")
    road.migrate()
    road.publish([(1, "changed")], begun)
    assert road.redshift_rows()[0] == (1, "changed again")
    assert road.hashes()[0] == road.hashes()[1]


def test_a_snapshot_that_lacks_what_redshift_has_is_refused(road: Road):
    opened = road.ledger.open("things")
    road.near.run(
        ["insert into etl.applied values ('newer', 'things', '2026-01-01', getdate(), "
         "0, 0, 0, 0, 0, 0, 0)"], name="by hand", patience=60,
    )  # fmt: skip
    with pytest.raises(Permanent, match="load newer came to Redshift after the table was read"):
        road.work(opened)
    assert road.redshift_rows() == []


def test_a_value_without_room_is_one_sentence_and_nothing_is_copied(world: World, s3: None):
    tight = replace(NOTE, bytes=4)
    road = Road.built(world, declared(ID, tight))
    world.run("insert into aviation.things values (1, '漢漢')")
    before = len(road.near.ran)
    with pytest.raises(LoadRejected, match=r"column note .* 6 bytes, .* room for 4 - declare"):
        road.migrate()
    assert len(road.near.ran) == before


@pytest.mark.parametrize(
    ("kind", "value"), [("double", "NaN"), ("real", "-Infinity"), ("numeric(5,2)", "NaN")]
)
def test_what_is_not_a_number_is_one_sentence(world: World, s3: None, kind: str, value: str):
    road = Road.built(world, declared(ID, column("it", kind)))
    world.run("insert into aviation.things values (1, %s), (2, null)", value)
    with pytest.raises(LoadRejected, match=r"NaN.* - change it in PostgreSQL, then migrate again"):
        road.migrate()


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
def test_infinity_is_one_sentence(world: World, s3: None, kind: str):
    road = Road.built(world, declared(ID, column("it", kind)))
    world.run("insert into aviation.things values (1, 'infinity')")
    with pytest.raises(LoadRejected, match=r"a value that has no place .* 'infinity'"):
        road.migrate()


# Killed


def test_killed_while_reading_it_begins_anew(road: Road):
    class Dying(Desk):
        def moved(self, rows: int) -> None:
            """The end."""
            raise Killed

    opened = road.ledger.open("things")
    road.desk = Dying
    with pytest.raises(Killed):
        road.work(opened)
    road.failed(opened)
    road.desk = Desk
    again = road.migrate()
    assert again["migration_id"] != opened["migration_id"]
    assert again["verified"]
    assert road.left_over() == []


@pytest.mark.parametrize("moment", ["before COPY", "before the commit", "after the commit"])
def test_killed_after_reading_it_goes_on_from_there(road: Road, moment: str):
    opened = road.ledger.open("things")
    with pytest.raises(Killed):
        road.work(opened, replace(road.near, dies=moment))
    road.failed(opened)
    road.world.run("insert into aviation.things values (99, 'after the snapshot')")
    batches = len(road.near.ran)
    again = road.migrate()
    assert (again["migration_id"], again["attempt"]) == (opened["migration_id"], 2)
    assert again["rows"] == 3
    assert road.redshift_rows() == [(1, "grass"), (2, ""), (3, None)]
    assert len(road.near.ran) - batches == (0 if moment == "after the commit" else 1)


def test_a_statement_that_still_runs_is_waited_for(road: Road):
    opened = road.ledger.open("things")
    with pytest.raises(Killed):
        road.work(opened, replace(road.near, dies="while it runs"))
    road.failed(opened)
    batches = len(road.near.ran)
    assert road.migrate()["verified"]
    assert len(road.near.ran) == batches + 1
    assert road.near.running == {}


def test_a_batch_that_was_given_up_comes_too_late(road: Road):
    opened = road.ledger.open("things")
    with pytest.raises(Killed):
        road.work(opened, replace(road.near, dies="before COPY"))
    given_up = road.near.lost[0]
    road.ledger.abandon("things")
    road.world.load([(1, "newer")], name="things")
    road.publish([(1, "newer")])
    with pytest.raises(Permanent, match="came to Redshift after the table was read"):
        road.near.run(given_up, name="late", patience=60)
    assert road.redshift_rows() == [(1, "newer")]


def test_redshift_that_is_away_for_a_while_is_asked_again(
    road: Road, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(placing, "PAUSE_SECONDS", 0)
    assert road.migrate(replace(road.near, away=["paused", "resuming"]))["verified"]


def test_rows_that_do_not_hash_alike_are_never_committed(road: Road):
    opened = road.ledger.open("things")
    changed = "update stage.things__migration set note = 'Grass' where note = 'grass'"
    near = replace(road.near, spoil=changed)
    with pytest.raises(Permanent, match=r"would hold 3 rows with hash sum .* PostgreSQL has 3"):
        road.work(opened, near)
    assert road.redshift_rows() == []
