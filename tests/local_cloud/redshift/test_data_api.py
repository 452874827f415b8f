"""The Data API over HTTP: https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html"""

from __future__ import annotations

import json
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pg8000.native
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.local_cloud.making import queue
from tests.local_cloud.redshift.conftest import ROLE
from tests.local_cloud.redshift.warehouse import PASSWORD, Warehouse, create
from tests.local_cloud.running_cloud import PATIENCE, RunningCloud

DETAIL_TYPE = "Redshift Data Statement Status Change"


@pytest.fixture(scope="module")
def house(cloud: RunningCloud) -> Warehouse:
    """One cluster for this file."""
    return create(cloud, "house", IamRoles=[ROLE])


def refusal(call: Any, **options: Any) -> str:
    """The message of the ValidationException that a call raises."""
    with pytest.raises(call.__self__.exceptions.ValidationException) as wrong:
        call(**options)
    return str(wrong.value.response["Error"]["Message"])


@contextmanager
def locked(house: Warehouse) -> Iterator[None]:
    """While the block runs, whatever reads the table `held` waits."""
    house.run("create table if not exists held (n int)")
    connection = house.connect()
    connection.run("begin")
    connection.run("lock table held")
    yield
    with suppress(pg8000.native.InterfaceError):
        connection.close()


def started(house: Warehouse, id_: str) -> None:
    """Wait until the server has begun with a statement."""
    while not house.data.describe_statement(Id=id_).get("RedshiftPid"):
        time.sleep(0.02)


# Statements and what comes of them


def test_redshift_s_ddl_is_taken(house):
    told = house.run(
        "create table d (id int identity(1,1), n varchar(max) encode zstd) diststyle all"
    )
    assert told["Status"] == "FINISHED", told


def test_parameters_rows_and_types_come_back(house):
    told = house.run(
        "select :n::int as n, :s as s, null as nothing, 1.5::float8 as f, true as b, "
        "1.50::numeric(9,2) as d",
        Parameters=[{"name": "n", "value": "7"}, {"name": "s", "value": "it's"}],
    )
    assert (told["Status"], told["HasResultSet"], told["ResultRows"]) == ("FINISHED", True, 1)
    result = house.data.get_statement_result(Id=told["Id"])
    assert result["TotalNumRows"] == 1
    assert result["Records"] == [
        [
            {"longValue": 7},
            {"stringValue": "it's"},
            {"isNull": True},
            {"doubleValue": 1.5},
            {"booleanValue": True},
            {"stringValue": "1.50"},
        ]
    ]
    assert result["ColumnMetadata"][0]["typeName"] == "int4"


def test_an_error_is_told_and_nothing_of_a_batch_stays(house):
    told = house.run("create table half (n int)", "select * from nowhere", "select 1")
    assert told["Status"] == "FAILED"
    assert told["Error"] == 'Query #2 failed with ERROR: relation "nowhere" does not exist'
    parts = told["SubStatements"]
    assert [each["Status"] for each in parts] == ["FINISHED", "FAILED", "ABORTED"]
    assert parts[1]["Error"] == 'ERROR: relation "nowhere" does not exist'
    assert house.run("select * from half")["Status"] == "FAILED"


def test_each_statement_of_a_batch_has_its_rows_and_its_result(house):
    told = house.run("create table three (n int)", "insert into three values (1), (2), (3)",
                     "select n from three order by n")  # fmt: skip
    assert [each["ResultRows"] for each in told["SubStatements"]] == [-1, 3, 3]
    last = told["SubStatements"][2]
    assert last["Id"] == f"{told['Id']}:3"
    assert last["Duration"] > 0
    found = house.data.get_statement_result(Id=last["Id"])
    assert found["Records"] == [[{"longValue": 1}], [{"longValue": 2}], [{"longValue": 3}]]
    assert house.data.describe_statement(Id=last["Id"])["QueryString"].startswith("select n")
    with pytest.raises(
        house.data.exceptions.ResourceNotFoundException, match="does not have result"
    ):
        house.data.get_statement_result(Id=f"{told['Id']}:1")


def test_statements_that_commit_one_by_one_leave_each_other_alone(house):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
    told = house.run(
        "create table alone (n int)", "select 1 / 0", "insert into alone values (1)",
        ExecutionMode="AUTO_COMMIT",
    )  # fmt: skip
    assert told["Status"] == "FAILED"
    assert house.rows("select n from alone") == [[1]]


def test_a_wait_answers_when_the_statement_is_over(house):
    told = house.data.execute_statement(Sql="select 1", WaitTimeSeconds=20, **house.where)
    assert (told["Status"], told["HasResultSet"]) == ("FINISHED", True)


def test_results_come_in_pages(house):
    told = house.run(
        "with recursive counted(n) as "
        "(select 1 union all select n + 1 from counted where n < 2500) "
        "select n from counted order by n"
    )
    pages = house.data.get_paginator("get_statement_result").paginate(Id=told["Id"])
    records = [row[0]["longValue"] for page in pages for row in page["Records"]]
    assert records == list(range(1, 2501))


def test_csv_is_a_format_of_its_own(house):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResultV2.html
    told = house.run("select 1 as n, 'a,b' as s, null as x", ResultFormat="CSV")
    found = house.data.get_statement_result_v2(Id=told["Id"])
    assert found["Records"] == [{"CSVRecords": 'n,s,x\r\n1,"a,b",\r\n'}]
    assert "CSV" in refusal(house.data.get_statement_result, Id=told["Id"])


def test_an_answer_is_there_only_when_its_statement_is_over(house):
    with locked(house):
        id_ = house.begin("select count(*) from held")
        with pytest.raises(
            house.data.exceptions.ResourceNotFoundException, match="does not have result"
        ):
            house.data.get_statement_result(Id=id_)
    house.over(id_)
    assert house.data.get_statement_result(Id=id_)["TotalNumRows"] == 1


def test_an_sql_text_is_one_statement(house):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ExecuteStatement.html
    assert house.run("select 1; -- the end")["Status"] == "FINISHED"
    told = house.run("create table two (n int); select 1")
    assert "cannot insert multiple commands" in told["Error"]


# Copying through the Data API


def test_copy_and_unload_reach_the_cloud_s_buckets(house, bucket, s3, tmp_path):
    pq.write_table(pa.table({"n": pa.array([1, 2], pa.int32())}), tmp_path / "part")
    s3.upload_file(str(tmp_path / "part"), bucket, "in/part-0")
    told = house.run(
        "create table loaded (n integer)",
        f"copy loaded from 's3://{bucket}/in/' iam_role '{ROLE}' parquet",
        f"unload ('select n from loaded order by n') to 's3://{bucket}/out/' iam_role '{ROLE}' csv",
    )
    assert told["Status"] == "FINISHED", told
    assert [each["ResultRows"] for each in told["SubStatements"]] == [-1, 2, 2]
    body = s3.get_object(Bucket=bucket, Key="out/0000_part_00")["Body"].read()
    assert body == b"1\n2\n"


def test_the_notes_of_a_failed_load_outlive_its_batch(house, bucket, s3):
    s3.put_object(Bucket=bucket, Key="in", Body=b"x")
    told = house.run(
        "create table broken (n integer)",
        f"copy broken from 's3://{bucket}/in' iam_role '{ROLE}' csv",
    )
    assert "Load into table 'broken' failed.  Check 'stl_load_errors'" in told["Error"]
    query = told["SubStatements"][1]["RedshiftQueryId"]
    [[file, line, message]] = house.rows(
        "select trim(file_name), line_number, trim(error_message) from sys_load_error_detail "
        f"where query_id = {query}"
    )
    assert (file, line) == (f"s3://{bucket}/in", 1)
    assert message.startswith("Invalid digit")


def test_a_role_that_is_not_the_cluster_s_is_refused(house, bucket):
    # https://docs.aws.amazon.com/redshift/latest/mgmt/copy-unload-iam-role.html
    house.run("create table roleless (n integer)")
    told = house.run(f"copy roleless from 's3://{bucket}/in' iam_role '{ROLE}-other' csv")
    assert "is not authorized to assume IAM Role" in told["Error"]


# The call itself


def test_the_same_token_is_the_same_statement(house):
    # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-calling-considerations-idempotency.html
    token = uuid.uuid4().hex
    house.run("create table once (n int)")
    first = house.begin("insert into once values (1)", ClientToken=token)
    house.over(first)
    assert house.begin("insert into once values (1)", ClientToken=token) == first
    assert house.rows("select count(*) from once") == [[1]]


def test_calls_with_one_token_that_come_at_once_are_one_statement(house):
    token = uuid.uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(house.begin, "select 1", ClientToken=token) for _ in range(16)]
    assert len({each.result() for each in calls}) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ClusterIdentifier": "elsewhere"}, "Redshift endpoint doesn't exist in this region."),
        ({"WorkgroupName": "work"}, "Only one of ClusterIdentifier and WorkgroupName"),
        ({"SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s"}, "Only one of"),
        ({"Parameters": [{"name": "x", "value": "1"}]}, "unused parameters"),
        ({"Sql": " "}, "Sql statement can't be empty"),
        ({"Sql": "select '" + "x" * 100 * 1024 + "'"}, "the most is 100 KB"),
    ],
)
def test_a_request_that_means_nothing_is_refused(house, options, told):
    call = {"Sql": "select 1", **house.where, **options}
    assert told in refusal(house.data.execute_statement, **call)


def test_serverless_is_not_here_and_says_so(house):
    call = {"Sql": "select 1", "Database": "stage", "WorkgroupName": "work"}
    assert "has no Redshift Serverless" in refusal(house.data.execute_statement, **call)
    with pytest.raises(Exception, match="does not implement redshift-serverless"):
        house.cloud.client("redshift-serverless").list_workgroups()


def test_a_batch_has_40_statements_at_most(house):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
    assert house.run(*["select 1"] * 40)["Status"] == "FINISHED"
    told = refusal(house.data.batch_execute_statement, Sqls=["select 1"] * 41, **house.where)
    assert "less than or equal to 40" in told


def test_an_unknown_statement_is_not_found(house):
    missing = house.data.exceptions.ResourceNotFoundException
    for operation in ("describe_statement", "get_statement_result", "cancel_statement"):
        with pytest.raises(missing):
            getattr(house.data, operation)(Id="00000000-0000-0000-0000-000000000000")


def test_a_wrong_database_and_user_fail_the_statement(house):
    told = house.run("select 1", Database="elsewhere")
    assert told["Error"] == 'FATAL: database "elsewhere" does not exist'
    told = house.run("select 1", DbUser="nobody")
    assert told["Status"] == "FAILED"
    assert 'role "nobody" does not exist' in told["Error"]


def secret(house: Warehouse, **content: str) -> str:
    client = house.cloud.client("secretsmanager")
    made = client.create_secret(Name=uuid.uuid4().hex, SecretString=json.dumps(content))
    return str(made["ARN"])


def test_a_secret_names_the_user(house):
    # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-secrets.html
    where = {"ClusterIdentifier": "house", "Database": "stage"}
    house.run("create user loader password 'Aa1bcdefgh'")
    arn = secret(house, username="loader", password="Aa1bcdefgh")
    id_ = house.data.execute_statement(Sql="select current_user", SecretArn=arn, **where)["Id"]
    told = house.over(id_)
    assert (told["Status"], told["SecretArn"]) == ("FINISHED", arn), told
    found = house.data.get_statement_result(Id=id_)["Records"]
    assert found == [[{"stringValue": "loader"}]]
    begun = house.data.execute_statement(Sql="create table his (n int)", SecretArn=arn, **where)
    assert house.over(begun["Id"])["Status"] == "FINISHED"
    wrong = secret(house, username="loader", password="guess")
    id_ = house.data.execute_statement(Sql="select 1", SecretArn=wrong, **where)["Id"]
    assert 'password authentication failed for user "loader"' in house.over(id_)["Error"]


def test_a_secret_that_is_missing_or_another_cluster_s_is_refused(house):
    call = {"ClusterIdentifier": "house", "Database": "stage", "Sql": "select 1"}
    other = secret(house, username="boss", password=PASSWORD, dbClusterIdentifier="other")
    told = refusal(house.data.execute_statement, SecretArn=other, **call)
    assert "is of the cluster other, not of house" in told
    gone = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-abcdef"
    assert "can't find" in refusal(house.data.execute_statement, SecretArn=gone, **call)
    bare = secret(house, password="x")
    assert "must be JSON" in refusal(house.data.execute_statement, SecretArn=bare, **call)


# Looking for statements


def test_statements_are_listed_newest_first_and_in_pages(house):
    name = uuid.uuid4().hex
    ids = [house.begin(f"select {n}", StatementName=f"{name}-{n}") for n in range(3)]
    for each in ids:
        house.over(each)
    page = house.data.list_statements(StatementName=name, MaxResults=2)
    assert [each["Id"] for each in page["Statements"]] == ids[:0:-1]
    rest = house.data.list_statements(StatementName=name, NextToken=page["NextToken"])
    assert [each["Id"] for each in rest["Statements"]] == ids[:1]
    assert "NextToken" not in rest
    assert house.data.list_statements(StatementName=name, Status="FAILED")["Statements"] == []


def test_schemas_tables_and_columns_are_listed(house):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ListTables.html
    house.run("create schema shop")
    house.run("create table shop.goods (n integer not null, price numeric(9,2), s varchar(20))")
    data, where = house.data, house.where
    assert "stage" in data.list_databases(**where)["Databases"]
    assert data.list_schemas(SchemaPattern="sh_p", **where)["Schemas"] == ["shop"]
    tables = data.list_tables(SchemaPattern="shop", TablePattern="%", **where)["Tables"]
    assert tables == [{"name": "goods", "type": "TABLE", "schema": "shop"}]
    columns = data.describe_table(Schema="shop", Table="goods", **where)["ColumnList"]
    assert [(each["name"], each["typeName"], each["nullable"]) for each in columns] == [
        ("n", "int4", 0),
        ("price", "numeric", 1),
        ("s", "varchar", 1),
    ]
    assert (columns[1]["precision"], columns[1]["scale"], columns[2]["length"]) == (9, 2, 20)


# Ending early, and being told


def test_a_cancelled_statement_ends_on_the_server_too(house):
    with locked(house):
        id_ = house.begin("select count(*) from held")
        started(house, id_)
        time.sleep(0.2)
        assert house.data.cancel_statement(Id=id_)["Status"]
        assert house.over(id_)["Status"] == "ABORTED"
    assert "already in ABORTED state" in refusal(house.data.cancel_statement, Id=id_)


def listen(cloud: RunningCloud) -> str:
    """Have the events of the Data API go to a queue; answers its URL."""
    url, arn = queue(cloud)
    client = cloud.client("events")
    client.put_rule(
        Name="statements",
        EventPattern=json.dumps({"source": ["aws.redshift-data"], "detail-type": [DETAIL_TYPE]}),
    )
    client.put_targets(Rule="statements", Targets=[{"Id": "queue", "Arn": arn}])
    return str(url)


def next_event(cloud: RunningCloud, url: str) -> dict[str, Any]:
    """The next event in the queue."""
    sqs, deadline = cloud.client("sqs"), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for each in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            return dict(json.loads(each["Body"]))
    raise AssertionError("no event came")


@pytest.fixture
def heard(cloud: RunningCloud) -> Any:
    """A function that answers the next event of the Data API."""
    url, client = listen(cloud), cloud.client("events")
    yield lambda: next_event(cloud, url)
    client.remove_targets(Rule="statements", Ids=["queue"])
    client.delete_rule(Name="statements")


# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
def test_whoever_asked_for_it_is_told_of_the_end(house, heard):
    house.run("select 1")
    id_ = house.begin("select 1", "select 2", WithEvent=True, StatementName="two")
    event = heard()
    assert event["resources"] == ["arn:aws:redshift:us-east-1:123456789012:cluster:house"]
    detail = event["detail"]
    assert set(detail) == {
        "principal", "statementName", "statementId", "redshiftQueryId", "state", "rows", "expireAt",
    }  # fmt: skip
    assert (detail["statementId"], detail["statementName"]) == (id_, "two")
    assert (detail["state"], detail["rows"]) == ("FINISHED", 1)
    assert detail["expireAt"] - time.time() > 23 * 3600


def test_a_failure_is_told_as_well(house, heard):
    id_ = house.begin("select 1 / 0", WithEvent=True)
    detail = heard()["detail"]
    assert (detail["statementId"], detail["state"]) == (id_, "FAILED")


def test_a_statement_fails_when_its_cluster_is_paused_under_it(cloud):
    house = create(cloud, "tired")
    with locked(house):
        id_ = house.begin("select count(*) from held")
        started(house, id_)
        house.redshift.pause_cluster(ClusterIdentifier="tired")
        told = house.over(id_)
    assert told["Status"] == "FAILED"
    assert "connection" in told["Error"]
    house.redshift.delete_cluster(ClusterIdentifier="tired", SkipFinalClusterSnapshot=True)


# Sessions: https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-session-reuse.html


def test_a_kept_session_keeps_its_temporary_tables(house):
    told = house.run("create temporary table mine (n int)", SessionKeepAliveSeconds=60)
    again = house.run("select count(*) from mine", SessionId=told["SessionId"])
    assert again["Status"] == "FINISHED", again
    assert house.run("select count(*) from mine")["Status"] == "FAILED"
    call = {"Sql": "select 1", "SessionId": told["SessionId"], "Database": "stage"}
    assert "together with SessionId" in refusal(house.data.execute_statement, **call)
    call = {"Sql": "select 1", "SessionId": str(uuid.uuid4())}
    assert "Session is not available" in refusal(house.data.execute_statement, **call)


# The cloud's own life


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_statements_survive_the_cloud_and_running_ones_have_failed(start, number):
    running = start()
    url = listen(running)
    house = create(running, "house")
    done = house.run("select 1 as n")["Id"]
    with locked(house):
        live = house.begin("select count(*) from held", WithEvent=True)
        started(house, live)
        running.admin("/_local/save", "POST")
        running.stop(number)
    again = Warehouse(start(), "house")
    assert again.data.get_statement_result(Id=done)["Records"] == [[{"longValue": 1}]]
    told = again.data.describe_statement(Id=live)
    assert told["Status"] == "FAILED"
    assert "the local cloud was stopped" in told["Error"]
    detail = next_event(again.cloud, url)["detail"]
    assert (detail["statementId"], detail["state"]) == (live, "FAILED")
    assert again.rows("select 2") == [[2]]


def test_statements_are_forgotten_after_a_day(start):
    house = create(start(), "house")
    id_ = house.run("select 1")["Id"]
    house.cloud.admin("/_local/clock?seconds=86000", "POST")
    assert house.data.describe_statement(Id=id_)["Status"] == "FINISHED"
    house.cloud.admin("/_local/clock?seconds=500", "POST")
    with pytest.raises(house.data.exceptions.ResourceNotFoundException):
        house.data.describe_statement(Id=id_)
