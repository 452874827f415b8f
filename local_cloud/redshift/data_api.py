"""The operations of the Redshift Data API that run statements and tell of them.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import json
import threading
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.redshiftdata.exceptions import ResourceNotFoundException, ValidationException
from moto.redshiftdata.models import redshiftdata_backends
from moto.redshiftdata.responses import RedshiftDataAPIServiceResponse as Response

from local_cloud.fidelity.patching import method
from local_cloud.redshift import catalogue, identification, keeping, rows, running
from local_cloud.redshift.executions import TOKEN_SECONDS, Execution, Statement, now
from local_cloud.redshift.rows import following, opened

MOST_STATEMENTS = 40
MOST_BYTES = 100 * 1024
MOST_ACTIVE = 500
_one_at_a_time = threading.Lock()  # two calls with one token may come at once


def install() -> None:
    """Replace moto's operations, which never run anything, and add those it lacks."""
    _executing()
    _describing()
    _results()
    catalogue.install()


def resume() -> None:
    """What was running when the cloud stopped was rolled back, and whoever waits is told."""
    for _, _, backend in list(redshiftdata_backends.iter_backends()):
        for execution in list(backend.statements.values()):
            if execution.is_live:
                running.end_leftover(execution)


def stop() -> None:
    """Begin nothing more."""
    running.stop()


def _executing() -> None:
    @method(Response)
    def execute_statement(self: Response) -> Any:
        return _begin(self, [str(self._get_param("Sql") or "")], is_batch=False)

    @method(Response)
    def batch_execute_statement(self: Response) -> Any:
        return _begin(self, [str(each) for each in self._get_param("Sqls") or []], is_batch=True)

    @method(Response)
    def cancel_statement(self: Response) -> Any:
        execution, _ = _find(self)
        if not running.cancel(execution):
            raise ValidationException(
                f"Could not cancel a query that is already in {execution.status} state "
                f"with ID: {execution.id}"
            )
        return 200, {}, json.dumps({"Status": True})


def _describing() -> None:
    @method(Response)
    def describe_statement(self: Response) -> Any:
        execution, number = _find(self)
        running.wait(execution, float(self._get_param("WaitTimeSeconds") or 0))
        return 200, {}, json.dumps(execution.described(number))

    @method(Response)
    def list_statements(self: Response) -> Any:
        chosen = [each for each in _newest_first(self) if _is_asked_for(self, each)]
        first = opened(self._get_param("NextToken"))
        last = first + int(self._get_param("MaxResults") or 100)
        answer = {"Statements": [each.summary() for each in chosen[first:last]]}
        return 200, {}, json.dumps(answer | following(last, len(chosen)))


def _results() -> None:
    @method(Response)
    def get_statement_result(self: Response) -> Any:
        statement, first = _result(self, "JSON")
        answer, last = rows.as_json(statement.result, first)
        return 200, {}, json.dumps(answer | following(last, len(statement.result.records)))

    @method(Response)
    def get_statement_result_v2(self: Response) -> Any:
        statement, first = _result(self, "CSV")
        answer, last = rows.as_csv(statement.result, first)
        return 200, {}, json.dumps(answer | following(last, len(statement.result.records)))


def _begin(response: Response, statements: list[str], *, is_batch: bool) -> Any:
    asked = json.loads(response.body)
    _check(statements, asked.get("Parameters") or [], is_batch)
    with _one_at_a_time:
        execution = _same_token(response, asked.get("ClientToken"))
        if execution is None:
            execution = _accept(response, asked, statements, is_batch)
    running.wait(execution, float(asked.get("WaitTimeSeconds") or 0))
    return 200, {}, json.dumps(execution.begun())


def _accept(
    response: Response, asked: dict[str, Any], statements: list[str], is_batch: bool
) -> Execution:
    shelf = _shelf(response)
    if sum(each.is_live for each in shelf.values()) >= MOST_ACTIVE:
        raise JsonRESTError(
            "ActiveStatementsExceededException", f"There are {MOST_ACTIVE} active statements."
        )
    keep = _keep(response, asked)
    place = (
        keep.place
        if keep is not None
        else identification.place(response.current_account, response.region, asked)
    )
    execution = Execution(
        place,
        [Statement(sql) for sql in statements],
        name=asked.get("StatementName"),
        parameters=asked.get("Parameters") or [],
        is_batch=is_batch,
        is_transaction=asked.get("ExecutionMode", "TRANSACTION") == "TRANSACTION",
        with_event=bool(asked.get("WithEvent")),
        token=asked.get("ClientToken"),
        session=None if keep is None else keep.id,
        form=asked.get("ResultFormat") or "JSON",
    )
    shelf[execution.id] = execution
    running.submit(execution, keep)
    return execution


def _keep(response: Response, asked: dict[str, Any]) -> keeping.Keep | None:
    """The session that a request wants to go on with, or to begin."""
    seconds = asked.get("SessionKeepAliveSeconds")
    if asked.get("SessionId"):
        for name in ("ClusterIdentifier", "WorkgroupName", "Database", "DbUser", "SecretArn"):
            if asked.get(name):
                raise ValidationException(f"{name} cannot be given together with SessionId.")
        return keeping.find(asked["SessionId"], seconds)
    if not seconds:
        return None
    place = identification.place(response.current_account, response.region, asked)
    return keeping.new(place, int(seconds))


def _check(statements: list[str], parameters: list[dict[str, str]], is_batch: bool) -> None:
    if is_batch and not 1 <= len(statements) <= MOST_STATEMENTS:
        raise ValidationException(
            "1 validation error detected: Value at 'sqls' failed to satisfy constraint: Member "
            f"must have length less than or equal to {MOST_STATEMENTS}"
        )
    for sql in statements:
        if not sql.strip():
            raise ValidationException("Sql statement can't be empty.")
        if len(sql.encode()) > MOST_BYTES:
            raise ValidationException(
                f"The query is {len(sql.encode())} bytes long, the most is 100 KB."
            )
    referred = set().union(*(running.used(sql) for sql in statements))
    unused = [each["name"] for each in parameters if each["name"] not in referred]
    if unused:
        raise ValidationException(
            f"Parameters list contains unused parameters. Unused parameters: {unused}"
        )


def _same_token(response: Response, token: str | None) -> Execution | None:
    """The execution that the same call has begun before; a token is good for eight hours."""
    for each in _shelf(response).values():
        if token and each.token == token and each.created > now() - TOKEN_SECONDS:
            return each
    return None


def _shelf(response: Response) -> dict[str, Execution]:
    """What is remembered; what is older than 24 hours goes."""
    shelf: dict[str, Execution] = response.redshiftdata_backend.statements
    for each in list(shelf.values()):
        if each.expires < now() and not each.is_live:
            shelf.pop(each.id, None)
    return shelf


def _newest_first(response: Response) -> list[Execution]:
    return sorted(_shelf(response).values(), key=lambda each: -each.created)


def _is_asked_for(response: Response, each: Execution) -> bool:
    status, name = response._get_param("Status"), response._get_param("StatementName")
    return (
        status in (None, "ALL", each.status)
        and (each.name or "").startswith(name or "")
        and response._get_param("Database") in (None, each.place.database)
        and response._get_param("ClusterIdentifier") in (None, each.place.cluster)
    )


def _find(response: Response) -> tuple[Execution, int | None]:
    """The execution an id names, and the number of the statement in it if it has one."""
    asked, _, number = str(response._get_param("Id")).partition(":")
    found = _shelf(response).get(asked)
    if found is None or (number and not 0 < int(number) <= len(found.statements)):
        raise ResourceNotFoundException
    return found, int(number) if number else None


def _result(response: Response, form: str) -> tuple[Statement, int]:
    execution, number = _find(response)
    running.wait(execution, float(response._get_param("WaitTimeSeconds") or 0))
    if execution.form != form:
        raise ValidationException(f"The result of this statement has the format {execution.form}.")
    statement = execution.statements[(number or 1) - 1]
    whole = number is not None or not execution.is_batch
    if execution.status != "FINISHED" or not whole or not statement.has_rows:
        raise JsonRESTError(
            "ResourceNotFoundException",
            "Query does not have result. Please check query status with DescribeStatement.",
        )
    return statement, opened(response._get_param("NextToken"))
