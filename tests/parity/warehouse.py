"""A local Redshift beside a PostgreSQL: what the one has applied is published to the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pg8000.native

from local_cloud.redshift import language, load_notes
from local_cloud.redshift.session import Session, rollback
from stagecoach.batch import batch, stage_table
from stagecoach.dataset import Dataset, RedshiftTarget
from tests import postgres
from tests.sql.worlds import ROOT
from workbench.render import redshift, render_all

COUNTED = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")


def published(dataset: Dataset, **told: Any) -> Dataset:
    """The same dataset with Redshift as its second target."""
    return replace(dataset, redshift=RedshiftTarget("aviation", dataset.name, **told))


def written(value: Any) -> Any:
    """A value as the clean Parquet has it: moments in UTC, times and identifiers as text."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def without_blanks(translated: str) -> str:
    """The same with PostgreSQL's one type that is compared as Redshift compares every text; it is
    made a text, for a digest, by the way that keeps its blanks.
    """
    typed = re.sub(r"varchar\(\d+\)(?! :=)", "bpchar", translated)
    return re.sub(r"md5\((live\.\w+)\)", r"md5(textin(bpcharout(\1)))", typed)


@dataclass
class Warehouse:
    """One database that was made a Redshift, with sessions on it."""

    server: postgres.Server
    database: str
    objects: Any = None
    blanks: bool = True
    sessions: list[Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        connection = self.server.connect(self.database)
        language.prepare(connection)
        load_notes.prepare(connection)
        connection.commit()
        connection.close()
        self.own = self.session()

    def session(self) -> Session:
        """Another session; all are closed with the warehouse."""
        where = {"host": self.server.host, "port": self.server.port, "database": self.database}
        told = {**where, "password": postgres.PASSWORD}
        made = Session(pg8000.native.Connection(self.server.user, **told), self.objects)
        self.sessions.append(made)
        return made

    def close(self) -> None:
        """End every session."""
        for session in self.sessions:
            session.close()

    def run(self, sql: str) -> list[tuple]:
        """Run a statement of Redshift; answers its rows."""
        return [tuple(row) for row in self.own.run(sql).records]

    def deploy(self, *datasets: Dataset) -> None:
        """Bring the tables and procedures to these datasets, as a deployment does."""
        texts = render_all({each.name: each for each in datasets}, ROOT)
        fixed = [
            path for path in texts if path.startswith("redshift/") and "/datasets/" not in path
        ]
        known = self.run("select 1 from pg_namespace where nspname = 'etl'")
        for path in sorted(fixed):
            if not known or "/procedures/" in path:
                self.run_all(texts[path])
        for each in datasets:
            for file in redshift.FILES:
                text = texts.get(f"redshift/datasets/{each.name}/{file}", "")
                if file != "align.sql":
                    self.run_all(text)
                elif self.blanks:  # their type is another one without
                    self.align(text)

    def run_all(self, text: str) -> None:
        """Run the statements of a file; where `blanks` is false, blanks at a text's end count for
        nothing when it is compared.

        https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
        """
        for statement in language.split(text):
            if self.blanks:
                self.own.run(statement)
            else:
                self.own.connection.run(without_blanks(language.translate(statement)))

    def align(self, question: str) -> None:
        """Run what the tables need to be as declared. Raises ValueError for what is not safe."""
        found = sorted(self.run(question))
        unsafe = [f"{row[1]} - run: {row[2]}" for row in found if not row[3]]
        if unsafe:
            raise ValueError("; ".join(unsafe))
        for _, _, statement, _ in found:
            self.own.run(statement)

    def publish(
        self,
        publication: dict,
        manifest: dict,
        rows: Iterable[tuple],
        *,
        session: Session | None = None,
        between: Callable[[str], None] = lambda statement: None,
    ) -> dict[str, int]:
        """Run the batch of a load as the function publish submits it; answers what was counted.

        `between` is called with every statement, before it runs. The rows are put where COPY would.
        """
        session = session or self.own
        answer: dict[str, int] = {}
        try:
            session.run("begin")
            for statement in batch(publication, {**manifest, "files": []}, "", ""):
                between(statement)
                found = session.run(statement)
                if statement.startswith("create table"):
                    fill(session, publication, manifest["columns"], rows)
                if statement.startswith("select"):
                    names = [column.name for column in found.columns]
                    answer = dict(zip(names, found.records[0], strict=True))
            session.run("commit")
        except BaseException:
            rollback(session)
            raise
        return answer

    def hash(self, name: str) -> tuple[int, int]:
        """How many rows a live table has, and the sum over them."""
        ((rows, hash_sum),) = self.run(f"select row_count, hash_sum from etl.hash__{name}")
        return int(rows), int(hash_sum)


def fill(session: Session, publication: dict, columns: list[str], rows: Iterable[tuple]) -> None:
    """Put rows, each with its _row_no and _row_hash, into the stage table of a load."""
    names = [*columns, "_row_no", "_row_hash"]
    told = [dict(zip(names, map(written, row), strict=True)) for row in rows]
    table = f'stage."{stage_table(publication["dataset"], publication["load_id"])}"'
    session.connection.run(
        f"insert into {table} select * from jsonb_populate_recordset(null::{table}, :rows)",
        rows=json.dumps(told),
    )
