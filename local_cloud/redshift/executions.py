"""What the Data API was asked to run: kept with the snapshot, forgotten after 24 hours.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from local_cloud import clock
from local_cloud.redshift.results import Result, cell

LIVE = ("SUBMITTED", "PICKED", "STARTED")
KEPT_SECONDS = 24 * 3600.0
TOKEN_SECONDS = 8 * 3600.0


def now() -> float:
    """The cloud's time in seconds; what expires obeys a jump of the clock."""
    return clock.now().timestamp()


@dataclass(frozen=True)
class Place:
    """Where statements run, and as whom."""

    account: str
    region: str
    cluster: str
    database: str
    user: str | None = None
    secret: str | None = None

    @property
    def arn(self) -> str:
        """Of the cluster."""
        return f"arn:aws:redshift:{self.region}:{self.account}:cluster:{self.cluster}"

    def shown(self) -> dict[str, Any]:
        """As answers repeat it."""
        return known(
            ClusterIdentifier=self.cluster,
            Database=self.database,
            DbUser=self.user,
            SecretArn=self.secret,
        )


@dataclass
class Statement:
    """One SQL statement and what came of it."""

    sql: str
    status: str = "SUBMITTED"
    error: str | None = None
    query: int = 0
    seconds: float = 0.0
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)
    result: Result = field(default_factory=Result)

    @property
    def has_rows(self) -> bool:
        """Whether it has answered a table, even an empty one."""
        return self.status == "FINISHED" and self.result.columns is not None

    def become(self, status: str, error: str | None = None) -> None:
        """Move on."""
        self.status, self.error, self.updated = status, error, now()

    def described(self, id_: str) -> dict[str, Any]:
        """An element of SubStatements."""
        return known(
            Id=id_,
            QueryString=self.sql,
            Status=self.status,
            Error=self.error,
            Duration=int(self.seconds * 1e9),
            HasResultSet=self.has_rows,
            ResultRows=self.result.rows,
            ResultSize=self.size(),
            RedshiftQueryId=self.query,
            CreatedAt=self.created,
            UpdatedAt=self.updated,
        )

    def size(self) -> int:
        """The bytes of the answer, -1 where there is none."""
        if not self.has_rows:
            return -1
        return len(json.dumps([[cell(each) for each in row] for row in self.result.records]))


@dataclass
class Execution:
    """One call of ExecuteStatement or BatchExecuteStatement."""

    place: Place
    statements: list[Statement]
    name: str | None = None
    parameters: list[dict[str, str]] = field(default_factory=list)
    is_batch: bool = False
    is_transaction: bool = True
    with_event: bool = False
    token: str | None = None
    session: str | None = None
    form: str = "JSON"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "SUBMITTED"
    error: str | None = None
    pid: int = 0
    seconds: float = 0.0
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.status in LIVE

    @property
    def expires(self) -> float:
        """When nobody can ask for it any more."""
        return self.created + KEPT_SECONDS

    def become(self, status: str, error: str | None = None) -> None:
        """Move on."""
        self.status, self.error, self.updated = status, error, now()

    def begun(self) -> dict[str, Any]:
        """What the execute calls answer."""
        return self.place.shown() | known(
            Id=self.id,
            CreatedAt=self.created,
            SessionId=self.session,
            Status=self.status,
            HasResultSet=any(each.has_rows for each in self.statements),
        )

    def described(self, number: int | None) -> dict[str, Any]:
        """What DescribeStatement answers, for one statement of a batch when `number` is given."""
        if number is not None:
            one = self.statements[number - 1]
            return self.place.shown() | one.described(f"{self.id}:{number}")
        last = self.statements[-1]
        answer = self.place.shown() | last.described(self.id)
        answer |= known(
            Status=self.status,
            Error=self.error,
            Duration=int(self.seconds * 1e9),
            HasResultSet=any(each.has_rows for each in self.statements),
            CreatedAt=self.created,
            UpdatedAt=self.updated,
            RedshiftPid=self.pid,
            QueryParameters=self.parameters or None,
            SessionId=self.session,
            ResultFormat=self.form,
        )
        if self.is_batch:
            del answer["QueryString"]
            answer["SubStatements"] = [
                each.described(f"{self.id}:{at}") for at, each in enumerate(self.statements, 1)
            ]
        return answer

    def summary(self) -> dict[str, Any]:
        """A line of ListStatements."""
        queries = [each.sql for each in self.statements]
        return known(
            Id=self.id,
            Status=self.status,
            StatementName=self.name,
            SecretArn=self.place.secret,
            QueryString=None if self.is_batch else queries[0],
            QueryStrings=queries if self.is_batch else None,
            QueryParameters=self.parameters or None,
            IsBatchStatement=self.is_batch,
            ResultFormat=self.form,
            SessionId=self.session,
            CreatedAt=self.created,
            UpdatedAt=self.updated,
        )


def known(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
