"""Redshift, through its Data API: statements are submitted, looked at, and their rows read.

Nothing waits here but `ask` and `run`, and they only as long as they are told to.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws
from stagecoach.errors import Permanent, SetupError, StagecoachError, Unavailable
from stagecoach.settings import Warehouse

# https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
MOST_STATEMENTS = 40
PAUSE_SECONDS = 0.1
REASON_CHARACTERS = 2_000  # of an error of Redshift that the ledger keeps
LONGEST_PAUSE_SECONDS = 2.0
# What the Data API raises for a while only; "endpoint doesn't exist" is a cluster that is paused
# or being resized, as well as one that is not there at all.
PASSING = frozenset(
    [
        "ActiveSessionsExceededException",
        "ActiveStatementsExceededException",
        "BatchExecuteStatementException",
        "DatabaseConnectionException",
        "ExecuteStatementException",
        "InternalServerException",
        "RequestLimitExceeded",
        "ServiceUnavailableException",
        "ThrottlingException",
        "TooManyRequestsException",
    ]
)
AWAY = re.compile(
    r"endpoint doesn't exist|\b(?:paus|resum|resiz|reboot)(?:ed|ing)\b|not available|unavailable"
    r"|starting up|maintenance|cluster .*not found",
    re.IGNORECASE,
)
# What a statement fails of that may go through later; a Data API error has no SQLSTATE. What does
# not exist may be about to: a deployment was cut short, or is at work.
# https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
TRANSIENT = re.compile(
    r"the stage table|\b1023\b|serializable isolation|concurrent transaction"
    r"|deadlock|lock timeout|could not (?:obtain|acquire) lock|could not serialize"
    r"|connection|could not connect|terminat|timed? ?out|cancell?ed|starting up|shutting down"
    r"|cluster is|was stopped|restarted|out of memory|disk full|insufficient (?:memory|disk)"
    r"|too many (?:clients|connections)|Status 5\d\d|SlowDown|internal error|error:\s+Assert"
    r"|usage limit|does not exist",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """One submitted batch as the Data API describes it; `error` is Redshift's text."""

    id: str
    status: str
    error: str = ""
    last: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it ended: FINISHED, FAILED or ABORTED."""
        return self.status in ("FINISHED", "FAILED", "ABORTED")

    @property
    def failure(self) -> Unavailable | Permanent:
        """Why it FAILED: Unavailable where it may go through later."""
        return (Unavailable if is_transient(self.error) else Permanent)(one_line(self.error))


def is_spent(error: str) -> bool:
    """Whether Redshift did not look at a statement, because its use is limited for now."""
    return "usage limit" in error.lower()


def is_transient(error: str) -> bool:
    """Whether a statement that failed so may go through later."""
    return bool(TRANSIENT.search(error))


@dataclass(frozen=True)
class Redshift:
    """The warehouse of an environment, over the Data API.

    Every call raises Unavailable where trying again may help (throttled, paused, being resized,
    unreachable) and Permanent where somebody must change something.
    """

    place: Warehouse

    @classmethod
    def read(cls) -> Redshift:
        """The one that the settings name. Raises SetupError where there is none."""
        place = Warehouse.read()
        if place is None:
            raise SetupError("STAGECOACH_WAREHOUSE_DATABASE is not set - terraform sets it")
        return cls(place)

    def submit(
        self, statements: Sequence[str], *, name: str, token: str, event: bool = True
    ) -> str:
        """Begin a batch, which is one transaction; answers its id. `event`: EventBridge is told of
        its end. The same token, while the Data API remembers it, is the same batch, which does
        not begin twice. One statement is none, and outside of a transaction.
        """
        return self._begin(statements, StatementName=name, ClientToken=token, WithEvent=event)

    def describe(self, statement_id: str) -> Statement | None:
        """What came of a batch so far; None for one that is forgotten (after 24 hours)."""
        try:
            with explained(self.place):
                told = aws.redshift_data().describe_statement(Id=statement_id)
        except StagecoachError as error:
            if _code(error) == "ResourceNotFoundException":
                return None
            raise
        parts = told.get("SubStatements") or [told]
        wrong = told.get("Error") or next((part["Error"] for part in parts if "Error" in part), "")
        last = str(parts[-1].get("Id", statement_id))
        return Statement(statement_id, str(told["Status"]), wrong, last)

    def rows(self, statement_id: str) -> list[dict[str, Any]]:
        """The rows that a statement answered, as {column: value}."""
        with explained(self.place):
            told = aws.redshift_data().get_statement_result(Id=statement_id)
        names = [column["name"] for column in told["ColumnMetadata"]]
        return [dict(zip(names, map(_value, each), strict=True)) for each in told["Records"]]

    def ask(self, sql: str, patience: float, **values: object) -> list[dict[str, Any]]:
        """Run one short question and wait for its rows; `:name` in it stands for a value."""
        parameters = [{"name": name, "value": str(value)} for name, value in values.items()]
        begun = self._begin([sql], **({"Parameters": parameters} if parameters else {}))
        return self.rows(self.wait(begun, patience).id)

    def run(self, statements: Sequence[str], *, name: str, patience: float) -> None:
        """Run a batch, or one statement outside of a transaction, and wait for its end."""
        self.wait(self._begin(statements, StatementName=name), patience)

    def wait(self, statement_id: str, patience: float) -> Statement:
        """The finished statement. Raises Unavailable when it takes longer or failed for a while
        only, Permanent when it failed.
        """
        give_up, pause = time.monotonic() + patience, PAUSE_SECONDS
        while True:
            found = self.describe(statement_id)
            if found is None or found.status == "ABORTED":
                raise Unavailable(f"the statement {statement_id} was cancelled or forgotten")
            if found.status == "FINISHED":
                return found
            if found.status == "FAILED":
                raise found.failure
            if time.monotonic() > give_up:
                raise Unavailable(
                    f"Redshift did not answer within {patience:.0f} seconds: the statement "
                    f"{statement_id} is {found.status}"
                )
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _begin(self, statements: Sequence[str], **how: object) -> str:
        """Begin a batch, or one statement outside of a transaction; answers its id."""
        client, given = aws.redshift_data(), {**self._where(), **how}
        with explained(self.place):
            if len(statements) == 1:
                answer = client.execute_statement(**given, Sql=statements[0])
            else:
                answer = client.batch_execute_statement(**given, Sqls=list(statements))
        return str(answer["Id"])

    def _where(self) -> dict[str, str]:
        """The arguments that every statement has."""
        given: Mapping[str, str | None] = {
            "Database": self.place.database,
            "SecretArn": self.place.secret,
            "ClusterIdentifier": self.place.cluster,
            "WorkgroupName": self.place.workgroup,
        }
        return {name: value for name, value in given.items() if value}


@contextmanager
def explained(place: Warehouse) -> Iterator[None]:
    """Turn the SDK's errors into ours."""
    try:
        yield
    except ClientError as error:
        said = str(error.response.get("Error", {}).get("Message") or error)
        where = f"the warehouse {place.cluster or place.workgroup}"
        code = aws.error_code(error)
        if AWAY.search(said):
            raise Unavailable(
                f"{where} is not there now: {said} - is it paused, resuming or being resized?"
            ) from error
        if code in PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise Unavailable(f"{where} did not answer: {said} ({code})") from error
        raise Permanent(f"{where} refused: {said} ({code})") from error
    except BotoCoreError as error:
        raise Unavailable(f"the Redshift Data API did not answer: {error}") from error


def one_line(text: str) -> str:
    """An error of Redshift without its frame of dashes and its number, on one line."""
    return " ".join(re.sub(r"-{5,}|^(?:Query #\d+ failed with )?ERROR:", " ", text).split())


def _code(error: StagecoachError) -> str:
    cause = error.__cause__
    return aws.error_code(cause) if isinstance(cause, ClientError) else ""


def _value(cell: Mapping[str, Any]) -> Any:
    """A cell of a result: {"longValue": 3}, {"isNull": True}, ..."""
    return None if cell.get("isNull") else next(iter(cell.values()))
