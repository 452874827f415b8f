"""From clean Parquet to the live table: values survive, parts stage once, refusals are recorded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pg8000.dbapi
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.dataset import Dataset, Size
from stagecoach.errors import LoadRejected, Retryable
from stagecoach.frames.copying import Copier
from stagecoach.frames.jdbc import JdbcDatabase, find_driver
from stagecoach.frames.stage import stage_into
from stagecoach.frames.steps import Steps
from tests.frames.judge import Judge, Judged, column, dataset
from tests.postgres import PASSWORD
from tests.sql.worlds import World

# Type, the texts of a file, and what PostgreSQL shows of them.
SURVIVORS = {
    "boolean": (["true", "0", ""], ["true", "false", None]),
    "smallint": (["-32768", "32767", ""], ["-32768", "32767", None]),
    "integer": (["-2147483648", "2147483647"], ["-2147483648", "2147483647"]),
    "bigint": (["-9223372036854775808", "9223372036854775807"],) * 2,
    "numeric(38,10)": (
        ["0.0000000001", "-1234567890123456789012345678.0123456789", "0"],
        ["0.0000000001", "-1234567890123456789012345678.0123456789", "0.0000000000"],
    ),
    "numeric(12,2)": (["-0", "9999999999.99"], ["0.00", "9999999999.99"]),
    "real": (["0.1", "3.4028235e38", "1e-45"], ["0.1", "3.4028235e+38", "1e-45"]),
    "double": (
        ["0.1", "1.7976931348623157e308", "5e-324"],
        ["0.1", "1.7976931348623157e+308", "5e-324"],
    ),
    "varchar(3)": (["漢漢漢", "💩  ", "\\N"],) * 2,
    "text": (["", '"say ""hi"""', '"a,b"', "\\", "\\.", "NULL", " x "],
             [None, 'say "hi"', "a,b", "\\", "\\.", "NULL", " x "]),
    "date": (["0001-01-01", "1582-10-10", "9999-12-31"],) * 2,
    "timestamp": (
        ["0001-01-01T00:00:00", "2024-03-31 02:30:00.000001", "2024-01-01T00:00:00+14:00"],
        ["0001-01-01 00:00:00", "2024-03-31 02:30:00.000001", "2023-12-31 10:00:00"],
    ),
    "timestamptz": (
        ["1883-11-18 12:03:58Z", "2024-03-31T02:30:00", "9999-12-31 23:59:59.999999Z"],
        ["1883-11-18 12:03:58+00", "2024-03-31 02:30:00+00", "9999-12-31 23:59:59.999999+00"],
    ),
    "time": (["00:00", "23:59:59.999999"], ["00:00:00", "23:59:59.999999"]),
    "uuid": (["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"], ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    "json": (['"{""a"": [1.10, null]}"'], ['{"a": [1.1, null]}']),
}  # fmt: skip


@dataclass
class Way:
    """One way from a judged file into a database."""

    world: World
    judge: Judge

    @property
    def connect(self) -> partial:
        server = self.world.server
        where = {"host": server.host, "port": server.port, "user": server.user}
        return partial(
            pg8000.dbapi.connect, **where, password=PASSWORD, database=self.world.database
        )

    def jdbc(self) -> JdbcDatabase:
        server = self.world.server
        port = str(server.port)
        return JdbcDatabase(server.host, port, self.world.database, server.user, PASSWORD)

    def load(self, text: str, declared: Dataset, name: str = "data.csv") -> Judged:
        """Take a file all the way to applied."""
        path = self.judge.folder / name
        path.write_text(text, "utf-8", newline="")
        load_id = self.world.arrive(declared.name)
        self.world.ledger().claim(declared.name)
        judged = self.judge.file(path, declared, load_id)
        where = self.jdbc() if declared.size.writer == "jdbc" else None
        stage_into(self.judge.session, judged.job, Steps({}), self.connect, where)
        return judged

    def state(self, judged: Judged) -> dict:
        """The load as its report has it."""
        return self.world.ledger().load_report(judged.job.load_id)


@pytest.fixture
def way(world: World, judge: Judge) -> Iterator[Way]:
    world.run("set timezone = 'UTC'")
    world.run(f"alter database {world.database} set timezone = 'UTC'")
    return Way(world, judge)


def every_type() -> tuple[Dataset, str, list[list[str | None]]]:
    """A dataset with a column of each type, a file of their texts, and what must come out."""
    columns = [column(f"c{place}", type_) for place, type_ in enumerate(SURVIVORS)]
    declared = dataset(column("id", "integer", null=False), *columns)
    height = max(len(texts) for texts, _ in SURVIVORS.values())
    lines, wanted = ["id," + ",".join(each.name for each in columns)], []
    for row in range(height):
        pairs = [
            (texts[row], shown[row]) if row < len(texts) else ("", None)
            for texts, shown in SURVIVORS.values()
        ]
        lines.append(f"{row}," + ",".join(text for text, _ in pairs))
        wanted.append([shown for _, shown in pairs])
    return declared, "\r\n".join(lines) + "\r\n", wanted


@pytest.mark.parametrize(("writer", "workers"), [("copy", 2), ("copy", 3), ("jdbc", 2)])
def test_the_hard_values_of_every_type_survive(way: Way, writer: str, workers: int) -> None:
    """C11, C12, C14"""
    if writer == "jdbc" and find_driver() is None:
        pytest.skip("pgJDBC is not on this machine: install libpostgresql-jdbc-java")
    declared, text, wanted = every_type()
    declared = replace(declared, size=Size(workers=workers, writer=writer))
    way.world.deploy(declared)
    judged = way.load(text, declared)
    assert judged.rejected == []
    shown = ", ".join(f"c{place}::text" for place in range(len(SURVIVORS)))
    rows = way.world.run(f"select {shown} from aviation.things order by id")
    assert [list(row) for row in rows] == wanted
    assert way.state(judged)["state"] == "applied"


def test_naughty_strings_arrive_byte_for_byte(way: Way, data: Path) -> None:
    """C15"""
    strings = json.loads((data / "bad_files" / "naughty_strings" / "blns.json").read_text("utf-8"))
    declared = dataset(
        column("id", "integer", null=False),
        column("text", "text"),
        csv={"nulls": (), "multiline": True},
    )
    way.world.deploy(declared)
    quoted = (text.replace('"', '""') for text in strings)
    text = "id,text\n" + "".join(f'{place},"{each}"\n' for place, each in enumerate(quoted))
    judged = way.load(text, declared)
    rows = dict(way.world.run("select id, text from aviation.things"))
    bad = {
        reject.raw and int(reject.raw.split(",")[0]): reject.rule
        for reject in judged.manifest.rejects
    }
    assert len(strings) == len(rows) + len(bad) >= 485
    assert {place: text for place, text in enumerate(strings) if place not in bad} == rows
    assert set(bad.values()) <= {"the line holds no NUL bytes"}


def test_a_load_of_no_rows_is_applied(way: Way) -> None:
    """C1"""
    declared = dataset(column("id", "integer", null=False))
    way.world.deploy(declared)
    judged = way.load("id\n", declared)
    assert way.state(judged)["state"] == "applied"


def test_a_task_that_runs_twice_stages_once(way: Way) -> None:
    """L13"""
    declared = dataset(column("id", "integer", null=False))
    way.world.deploy(declared)
    load_id = way.world.arrive("things")
    way.world.ledger().claim("things")
    table = way.world.ledger().begin_stage(load_id, 1)
    copier = Copier(way.connect, load_id, 1, table, ("id", "_row_no", "_row_hash"))
    file = way.judge.folder / "part.parquet"
    pq.write_table(pa.table({"id": [1], "_row_no": [2], "_row_hash": [3]}), file)
    staged = [copier(0, f"file://{file}") for _ in range(2)]
    assert staged == [1, 0]
    assert way.world.run(f"select id, _row_no, _row_hash from {table}") == [(1, 2, 3)]


def test_a_stage_that_lacks_rows_is_not_merged(way: Way) -> None:
    """L12"""
    declared = dataset(column("id", "integer", null=False))
    way.world.deploy(declared)
    path = way.judge.folder / "data.csv"
    path.write_text("id\n1\n2\n")
    load_id = way.world.arrive("things")
    way.world.ledger().claim("things")
    judged = way.judge.file(path, declared, load_id)
    manifest = Path(judged.job.manifest.removeprefix("file://"))
    manifest.write_text(
        manifest.read_text().replace('"good": 2', '"good": 3').replace('"read": 3', '"read": 4')
    )
    with pytest.raises(Retryable, match="SC003"):
        stage_into(way.judge.session, judged.job, Steps({}), way.connect)
    assert way.world.run("select count(*) from aviation.things") == [(0,)]


def test_what_the_database_refuses_is_written_to_the_ledger(way: Way) -> None:
    declared = replace(dataset(column("id", "integer", null=False)), key=("id",))
    way.world.deploy(declared)
    way.world.run("alter table aviation.things add constraint small check (id < 10)")
    with pytest.raises(LoadRejected, match="small"):
        way.load("id\n99\n", declared)
    (load,) = way.world.ledger().loads("things")
    assert load["state"] == "rejected"
    assert "small" in load["reason"]


def test_the_steps_of_both_jobs_are_in_the_ledger(way: Way) -> None:
    declared = dataset(column("id", "integer", null=False))
    way.world.deploy(declared)
    steps = [step["step"] for step in way.state(way.load("id\n1\n", declared))["steps"]]
    assert steps[-2:] == ["stage rows", "merge"]
    assert "read and judge" in steps
