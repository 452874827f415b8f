"""Bring Redshift to what this build holds, through the Data API.

Migrations run once. Everything else runs when its text is not the one that ran last, which
`etl.deployed` remembers. A batch is one transaction of at most 40 statements; a deployment that is
cut short goes on where it was.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pg8000.dbapi

from stagecoach.errors import LoadRejected, Permanent, SetupError, Unavailable
from stagecoach.ledger import Ledger, explained
from stagecoach.log import log
from stagecoach.quoting import quoted
from stagecoach.quoting import redshift_literal as literal
from stagecoach.settings import Warehouse
from stagecoach.warehouse import MOST_STATEMENTS, Redshift

Answer = TypeVar("Answer")

NAME = "stagecoach migrate"
# After PostgreSQL's share of the 300 s that Terraform gives the function.
PATIENCE_SECONDS = 150.0
PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 15.0
LOCK = "lock etl.deployed;"
VIEWS, MATERIALIZED, READS = "dataset_views", ".materialized-", "-- reads: "
DEPLOYED = "select name, digest from etl.deployed"
WHETHER_DEPLOYED = "select name from etl.deployed where name = :name"
FORGET = "delete from etl.deployed where name = {name};"
REMEMBER = "insert into etl.deployed (name, digest) values ({name}, {digest});"


@dataclass(frozen=True)
class Script:
    """One file: its name below `sql/redshift`, and its statements."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def reads(self) -> set[str]:
        """The datasets that it says it reads, in a line `-- reads: a, b`."""
        lines = self.text.splitlines()
        told = [line.removeprefix(READS) for line in lines if line.startswith(READS)]
        return {name.strip() for line in told for name in line.split(",")}

    @property
    def statements(self) -> list[str]:
        """Its statements, which end with `;` at a line's end outside of `$$`."""
        return list(split(self.text))


def check_warehouse(place: Warehouse | None, folder: Path) -> None:
    """Raises SetupError when a dataset goes to Redshift and the environment has none."""
    names = sorted(path.name for path in (folder / "datasets").glob("*") if path.is_dir())
    if names and place is None:
        raise SetupError(
            f"dataset {names[0]} has targets.redshift and this environment has no warehouse - "
            f"give it one in terraform/environments, or take the target out of "
            f"datasets/{names[0]}.yaml"
        )


def migrate_warehouse(
    connection: pg8000.dbapi.Connection,
    redshift: Redshift,
    folder: Path,
    patience: float = PATIENCE_SECONDS,
) -> dict[str, Any]:
    """Run what is new of `folder` (`migrations/`, `procedures/`, `views/`, `datasets/*/`,
    `dataset_views/`).

    Deployments take turns by a lock in PostgreSQL, over `connection`. Answers {"ran": [names]}.
    Raises Permanent for an old migration whose text changed or a statement that Redshift refused,
    LoadRejected for a live table that a person must change, Unavailable when Redshift is paused or
    does not answer in time.
    """
    give_up = time.monotonic() + patience
    with _one_at_a_time(connection):
        work = _Deployment(redshift, give_up)
        work.begin(folder)
        for name in ("procedures", "views"):
            work.whatever_changed(scripts(folder, f"{name}/*.sql"))
        work.datasets(folder)
        work.dataset_views(folder)
    Ledger(connection).views_are_deployed()
    log("migrated the warehouse", ran=work.ran)
    return {"ran": work.ran}


def scripts(folder: Path, pattern: str) -> list[Script]:
    """The files of a folder, by name."""
    found = sorted(folder.glob(pattern))
    return [Script(path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in found]


def split(text: str) -> Iterator[str]:
    """The statements of a file; comments stay with the statement that follows them."""
    lines: list[str] = []
    for line in text.splitlines():
        lines.append(line)
        whole = "\n".join(lines)
        if line.rstrip().endswith(";") and whole.count("$$") % 2 == 0:
            yield whole.strip()
            lines = []
    rest = [line for line in lines if line.strip() and not line.lstrip().startswith("--")]
    if rest:
        raise Permanent(f"a statement does not end with ; at the end of a line: {rest[0]!r}")


@dataclass
class _Deployment:
    """One run; `ran` are the files that did, `known` the digests of those that ran before."""

    redshift: Redshift
    give_up: float
    known: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def begin(self, folder: Path) -> None:
        """The first file makes the table of what ran, so it runs every time; then migrations."""
        first, *others = scripts(folder, "migrations/*.sql")
        self._run(first.statements)
        self.known = {row["name"]: row["digest"] for row in self._ask(DEPLOYED)}
        for script in others:
            if self.known.get(script.name, script.digest) != script.digest:
                raise Permanent(
                    f"migration {script.name} was changed after it ran in Redshift - "
                    "restore its text and put the change in a new migration"
                )
            if script.name not in self.known:
                self._patiently(partial(self._migrate, script))
                self.ran.append(script.name)

    def whatever_changed(self, files: list[Script]) -> None:
        """Run the files whose text is not the one that ran last, as many in one batch as go."""
        changed = [script for script in files if self.known.get(script.name) != script.digest]
        batch: list[str] = []
        for script in changed:
            wanted = [*script.statements, *_noted(script)]
            if batch and len(batch) + len(wanted) > MOST_STATEMENTS:
                self._run(batch)
                batch = []
            batch += wanted
        self._run(batch)
        self.ran += [script.name for script in changed]

    def datasets(self, folder: Path) -> None:
        """The files of all datasets: their tables, what the live ones lack, and all the rest.

        Datasets share batches, because a batch takes longer to come than to run.
        """
        files = scripts(folder, "datasets/*/*.sql")
        tables = [script for script in files if script.name.endswith("/table.sql")]
        aligns = [script for script in files if script.name.endswith("/align.sql")]
        self.whatever_changed(tables)
        views = scripts(folder, f"{VIEWS}/*.materialized-*.sql")
        for script in aligns:
            self._align(script, views, script.name.split("/")[1])
        self.whatever_changed([each for each in files if each not in (*tables, *aligns)])

    def dataset_views(self, folder: Path) -> None:
        """The views of the folder views/. A file is named by its view, kind and columns: a view
        whose file is gone goes, in the transaction of the one that takes its place.
        """
        files = scripts(folder, f"{VIEWS}/*.sql")
        names = {script.name for script in files}
        gone = {_view(name): name for name in self.known if name.startswith(VIEWS)}
        gone = {view: name for view, name in gone.items() if name not in names}
        for script in files:
            if self.known.get(script.name) != script.digest:
                old = gone.pop(_view(script.name), None)
                self._run([*_dropped(old), *script.statements, *_noted(script)])
                self.ran.append(script.name)
        for name in gone.values():
            self._run(_dropped(name))
            self.ran.append(f"dropped {name}")

    def _align(self, script: Script, kept: list[Script], dataset: str) -> None:
        """Do to the live table what a query finds that it lacks, statement by statement: Redshift
        changes some things outside of transactions only. Raises LoadRejected for what a person
        must do, before anything is done.
        """
        rows = [row for question in script.statements for row in self._ask(question)]
        for row in rows:
            if not row["is_safe"]:
                raise LoadRejected(f"{row['difference']} - run: {row['statement']}")
        if any(" type " in row["statement"] for row in rows):
            self._set_aside(kept, dataset)
        for row in sorted(rows, key=lambda each: each["place"]):
            self._run([row["statement"]])
            self.ran.append(row["statement"])

    def _set_aside(self, kept: list[Script], dataset: str) -> None:
        """Drop the materialized views that read a table whose column changes its type; they come
        back behind the datasets. Plain views bind late, nothing holds on to a table there.
        """
        stay = {script.name for script in kept if dataset not in script.reads}
        for name in [each for each in self.known if MATERIALIZED in each and each not in stay]:
            self._run(_dropped(name))
            del self.known[name]

    def _migrate(self, script: Script, left: float) -> None:
        """Run a migration once, also where the answer of the first try was lost."""
        wanted = [LOCK, *script.statements, *_noted(script)]
        if len(wanted) > MOST_STATEMENTS:
            raise Permanent(f"migration {script.name} is longer than one transaction - divide it")
        if not self.redshift.ask(WHETHER_DEPLOYED, left, name=script.name):
            self.redshift.run(wanted, name=NAME, patience=left)

    def _run(self, statements: list[str]) -> None:
        """Run statements in as few batches as go; what is noted as deployed comes last."""
        for at in range(0, len(statements), MOST_STATEMENTS):
            chosen = statements[at : at + MOST_STATEMENTS]
            self._patiently(lambda left: self.redshift.run(chosen, name=NAME, patience=left))  # noqa: B023 - called at once

    def _ask(self, sql: str) -> list[dict[str, Any]]:
        return self._patiently(lambda left: self.redshift.ask(sql, left))

    def _patiently(self, attempt: Callable[[float], Answer]) -> Answer:
        """Try until the time is up; `attempt` is given the seconds that are left."""
        pause = PAUSE_SECONDS
        while True:
            left = self.give_up - time.monotonic()
            try:
                return attempt(max(left, 1.0))
            except Unavailable as away:
                if left < pause:
                    raise Unavailable(f"{away} - deploy again when Redshift is there") from away
                log("migrate the warehouse again", reason=str(away), wait=pause)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _noted(script: Script) -> list[str]:
    named = {"name": literal(script.name), "digest": literal(script.digest)}
    return [FORGET.format(**named), REMEMBER.format(**named)]


def _view(name: str) -> str:
    """`dataset_views/nyc.late.view-5916458a.sql` is of nyc.late."""
    return ".".join(name.removeprefix(f"{VIEWS}/").split(".")[:2])


def _dropped(name: str | None) -> list[str]:
    """What drops the view of a file that is gone, and forgets the file."""
    if name is None:
        return []
    kind = "materialized view" if MATERIALIZED in name else "view"
    view = ".".join(quoted(part) for part in _view(name).split("."))
    return [f"drop {kind} if exists {view};", FORGET.format(name=literal(name))]


@contextmanager
def _one_at_a_time(connection: pg8000.dbapi.Connection) -> Iterator[None]:
    """Hold a lock in PostgreSQL until the deployment of Redshift is over."""
    cursor = connection.cursor()
    with explained():
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('etl.migrate redshift', 0))")
        try:
            yield
        finally:
            connection.rollback()
