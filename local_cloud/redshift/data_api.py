"""The Redshift Data API: statements run on the PostgreSQL behind a cluster, in the background."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pg8000.native
from moto.redshiftdata.exceptions import ResourceNotFoundException, ValidationException
from moto.redshiftdata.models import redshiftdata_backends
from moto.redshiftdata.responses import RedshiftDataAPIServiceResponse as Response

from local_cloud import context
from local_cloud.fidelity.patching import method
from local_cloud.redshift import clusters
from local_cloud.redshift.results import Result, execute

_LIVE = ("SUBMITTED", "STARTED")


@dataclass
class Execution:
    """One or several statements, run as one transaction."""

    cluster: str
    database: str
    user: str | None
    secret: str | None
    name: str | None
    parameters: list[dict[str, str]]
    results: list[Result]
    is_batch: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "SUBMITTED"
    error: str | None = None
    created: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)
    seconds: float = 0.0

    def identity(self) -> dict[str, Any]:
        """What the execute calls answer; times are numbers, as the SDKs want them."""
        return _known(
            Id=self.id,
            ClusterIdentifier=self.cluster,
            Database=self.database,
            DbUser=self.user,
            SecretArn=self.secret,
            CreatedAt=self.created,
        )

    def description(self) -> dict[str, Any]:
        """What DescribeStatement answers."""
        last = self.results[-1]
        subs = [self._sub(number) for number in range(1, len(self.results) + 1)]
        return self.identity() | _known(
            Status=self.status,
            UpdatedAt=self.updated,
            Duration=int(self.seconds * 1e9),
            Error=self.error,
            HasResultSet=any(each.columns is not None for each in self.results),
            ResultRows=last.rows,
            ResultSize=len(json.dumps(last.records)) if last.columns else 0,
            QueryString=None if self.is_batch else last.sql,
            QueryParameters=self.parameters or None,
            SubStatements=subs if self.is_batch else None,
        )

    def summary(self) -> dict[str, Any]:
        """A line of ListStatements."""
        return _known(
            Id=self.id,
            Status=self.status,
            StatementName=self.name,
            QueryString=self.results[0].sql,
            QueryStrings=[each.sql for each in self.results] if self.is_batch else None,
            IsBatchStatement=self.is_batch,
            CreatedAt=self.created,
            UpdatedAt=self.updated,
        )

    def result(self, number: int) -> Result:
        """The outcome of one statement. Raises ResourceNotFoundException while there is none."""
        chosen = self.results[number - 1] if 0 < number <= len(self.results) else None
        if self.status != "FINISHED" or chosen is None or chosen.columns is None:
            raise ResourceNotFoundException()
        return chosen

    def run(self, server: Any) -> None:
        """Run everything in one transaction; never raises."""
        begun = time.time()
        self._become("STARTED")
        try:
            self._run(server)
        except Exception as wrong:  # noqa: BLE001 - whoever asks later is told
            self.error = f"ERROR: {_message(wrong)}"
            self._become("FAILED")
        else:
            self._become("FINISHED")
        self.seconds = time.time() - begun

    def _run(self, server: Any) -> None:
        connection = server.connect_native(self.database)
        try:
            connection.run("begin")
            for each in self.results:
                execute(connection, each, self.parameters)
            if self.status != "ABORTED":
                connection.run("commit")
        finally:
            connection.close()

    def _become(self, status: str) -> None:
        if self.status != "ABORTED":
            self.status, self.updated = status, time.time()

    def _sub(self, number: int) -> dict[str, Any]:
        one = self.results[number - 1]
        return _known(
            Id=f"{self.id}:{number}",
            QueryString=one.sql,
            Status=self.status,
            ResultRows=one.rows,
            HasResultSet=one.columns is not None,
            CreatedAt=self.created,
            UpdatedAt=self.updated,
        )


def install() -> None:
    """Replace moto's operations, which never run anything, and add those it lacks."""
    _executing()
    _asking()


def resume() -> None:
    """What was running when the cloud stopped was rolled back."""
    for _, _, backend in list(redshiftdata_backends.iter_backends()):
        for execution in backend.statements.values():
            if execution.status in _LIVE:
                execution.error = "ERROR: the local cloud was stopped while this ran"
                execution._become("FAILED")


def _executing() -> None:
    @method(Response)
    def execute_statement(self: Response) -> Any:
        return _begin(self, [self._get_param("Sql")], self._get_param("Parameters") or [], False)

    @method(Response)
    def batch_execute_statement(self: Response) -> Any:
        return _begin(self, self._get_param("Sqls"), [], True)

    @method(Response)
    def cancel_statement(self: Response) -> Any:
        execution, _ = _find(self)
        if execution.status not in _LIVE:
            raise ValidationException(
                f"Could not cancel a query that is already in {execution.status} state"
            )
        execution._become("ABORTED")
        return 200, {}, json.dumps({"Status": True})


def _asking() -> None:
    @method(Response)
    def describe_statement(self: Response) -> Any:
        return 200, {}, json.dumps(_find(self)[0].description())

    @method(Response)
    def get_statement_result(self: Response) -> Any:
        execution, number = _find(self)
        found = execution.result(number)
        answer = {
            "ColumnMetadata": found.columns,
            "Records": found.records,
            "TotalNumberRows": len(found.records),
        }
        return 200, {}, json.dumps(answer)

    @method(Response)
    def list_statements(self: Response) -> Any:
        status, name = self._get_param("Status"), self._get_param("StatementName")
        newest_first = sorted(
            self.redshiftdata_backend.statements.values(), key=lambda each: -each.created
        )
        chosen = [
            each.summary()
            for each in newest_first
            if status in (None, "ALL", each.status)
            and (not name or (each.name or "").startswith(name))
        ]
        return 200, {}, json.dumps({"Statements": chosen})


def _begin(response: Response, statements: list[str], parameters: Any, is_batch: bool) -> Any:
    cluster = response._get_param("ClusterIdentifier")
    server = clusters.server_of_cluster(response.current_account, response.region, cluster)
    if server is None:
        raise ValidationException(f"Redshift cluster {cluster} is not found.")
    execution = Execution(
        cluster,
        response._get_param("Database"),
        response._get_param("DbUser"),
        response._get_param("SecretArn"),
        response._get_param("StatementName"),
        parameters,
        [Result(sql) for sql in statements],
        is_batch,
    )
    response.redshiftdata_backend.statements[execution.id] = execution
    context.submit(execution.run, server)
    return 200, {}, json.dumps(execution.identity())


def _find(response: Response) -> tuple[Execution, int]:
    """The execution an id names, and the number of the statement in it."""
    asked, _, number = str(response._get_param("Id")).partition(":")
    found = response.redshiftdata_backend.statements.get(asked)
    if found is None:
        raise ResourceNotFoundException()
    return found, int(number or len(found.results))


def _message(wrong: Exception) -> str:
    if isinstance(wrong, pg8000.native.DatabaseError) and isinstance(wrong.args[0], dict):
        return str(wrong.args[0].get("M"))
    return str(wrong)


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
