"""RDS instances: real servers, reachable as AWS's are."""

from __future__ import annotations

import json
import signal
import ssl
from pathlib import Path
from typing import Any

import pg8000.native
import pytest

from tests.local_cloud.running_cloud import RunningCloud


def begin(running: RunningCloud, name: str, **options: Any) -> dict[str, Any]:
    wanted = {"MasterUserPassword": "long enough"} | options
    if "ManageMasterUserPassword" in wanted:
        del wanted["MasterUserPassword"]
    return running.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="boss",
        DBName="stage",
        **wanted,
    )["DBInstance"]


def create(running: RunningCloud, name: str, **options: Any) -> dict[str, Any]:
    begin(running, name, **options)
    return available(running, name)


def available(running: RunningCloud, name: str) -> dict[str, Any]:
    rds, wanted = running.client("rds"), {"DBInstanceIdentifier": name}
    patience = {"Delay": 1, "MaxAttempts": 60}
    rds.get_waiter("db_instance_available").wait(WaiterConfig=patience, **wanted)
    return rds.describe_db_instances(**wanted)["DBInstances"][0]


def secret_of(running: RunningCloud, instance: dict[str, Any]) -> dict[str, str]:
    arn = instance["MasterUserSecret"]["SecretArn"]
    told = running.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return json.loads(told)


def connect(
    running: RunningCloud, instance: dict[str, Any], password: str = "long enough", tls: Any = None
) -> pg8000.native.Connection:
    if tls is None:
        tls = ssl.create_default_context(cafile=running.facts["ca"])
    return pg8000.native.Connection(
        "boss",
        host=instance["Endpoint"]["Address"],
        port=instance["Endpoint"]["Port"],
        database="stage",
        password=password,
        ssl_context=tls,
    )


@pytest.fixture(scope="module")
def instance(cloud: RunningCloud) -> dict[str, Any]:
    return create(cloud, "shared")


def test_an_instance_is_a_server_with_a_verified_certificate(
    cloud: RunningCloud, instance: dict[str, Any]
) -> None:
    connection = connect(cloud, instance)
    assert connection.run("select current_user, current_database()") == [["boss", "stage"]]
    assert connection.run("select ssl from pg_stat_ssl where pid = pg_backend_pid()") == [[True]]


def test_a_plain_connection_is_refused(cloud: RunningCloud, instance: dict[str, Any]) -> None:
    with pytest.raises(pg8000.native.DatabaseError, match="no encryption"):
        connect(cloud, instance, tls=False)


def test_a_wrong_password_is_refused(cloud: RunningCloud, instance: dict[str, Any]) -> None:
    with pytest.raises(pg8000.native.DatabaseError, match="password authentication failed"):
        connect(cloud, instance, "guess")


def test_the_master_user_is_no_superuser(cloud: RunningCloud, instance: dict[str, Any]) -> None:
    found = connect(cloud, instance).run("select usesuper from pg_user where usename = 'boss'")
    assert found == [[False]]


def test_the_admin_route_lists_what_a_client_needs(
    cloud: RunningCloud, instance: dict[str, Any]
) -> None:
    found = next(each for each in cloud.admin("/_local/databases") if each["id"] == "shared")
    assert found == {
        "id": "shared",
        "engine": "postgres",
        "host": instance["Endpoint"]["Address"],
        "port": instance["Endpoint"]["Port"],
        "user": "boss",
        "password": "long enough",
        "database": "stage",
    }


def test_two_instances_have_the_standard_port_and_addresses_of_their_own(
    cloud: RunningCloud, instance: dict[str, Any]
) -> None:
    other = create(cloud, "other")
    assert other["Endpoint"]["Port"] == instance["Endpoint"]["Port"] == 5432
    assert other["Endpoint"]["Address"] != instance["Endpoint"]["Address"]
    assert other["DbiResourceId"] != instance["DbiResourceId"]


def test_a_managed_password_is_random_and_opens_the_database(cloud: RunningCloud) -> None:
    one = create(cloud, "managed", ManageMasterUserPassword=True)
    secret = secret_of(cloud, one)
    assert secret["username"] == "boss"
    assert len(secret["password"]) >= 24
    assert connect(cloud, one, secret["password"]).run("select 1") == [[1]]


def test_a_changed_password_replaces_the_old_one(cloud: RunningCloud) -> None:
    one = create(cloud, "changed")
    cloud.client("rds").modify_db_instance(
        DBInstanceIdentifier="changed", MasterUserPassword="it's another", ApplyImmediately=True
    )
    assert connect(cloud, one, "it's another").run("select 1") == [[1]]
    with pytest.raises(pg8000.native.DatabaseError):
        connect(cloud, one)


def test_a_parameter_group_may_allow_plain_connections(cloud: RunningCloud) -> None:
    rds = cloud.client("rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="plain", DBParameterGroupFamily="postgres16", Description="d"
    )
    off = {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="plain", Parameters=[off])
    one = create(cloud, "plain", DBParameterGroupName="plain")
    assert connect(cloud, one, tls=False).run("select 1") == [[1]]


def test_a_new_instance_is_being_created_while_its_server_is_made(cloud: RunningCloud) -> None:
    assert begin(cloud, "slow")["DBInstanceStatus"] == "creating"
    assert connect(cloud, available(cloud, "slow")).run("select 1") == [[1]]


def test_a_stop_while_a_server_is_made_loses_nothing(start: Any) -> None:
    running = start()
    begin(running, "half")
    running.stop()
    again = start()
    assert connect(again, available(again, "half")).run("select 1") == [[1]]


def test_an_instance_deleted_while_it_is_made_leaves_no_server(cloud: RunningCloud) -> None:
    begin(cloud, "brief")
    cloud.client("rds").delete_db_instance(DBInstanceIdentifier="brief", SkipFinalSnapshot=True)
    create(cloud, "later")  # servers are made one after the other
    assert "brief" not in [each["id"] for each in cloud.admin("/_local/databases")]


def test_a_deleted_instance_is_gone(cloud: RunningCloud) -> None:
    one = create(cloud, "deleted")
    cloud.client("rds").delete_db_instance(DBInstanceIdentifier="deleted", SkipFinalSnapshot=True)
    with pytest.raises(pg8000.native.InterfaceError):
        connect(cloud, one)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_data_and_address_survive(start: Any, number: signal.Signals) -> None:
    running = start()
    one = create(running, "one", ManageMasterUserPassword=True)
    password = secret_of(running, one)["password"]
    connection = connect(running, one, password)
    connection.run("create table t as select generate_series(1, 1000) as n")
    running.admin("/_local/save", "POST")
    running.stop(number)
    again = start()
    assert connect(again, one, password).run("select count(*) from t") == [[1000]]


def test_the_certificate_authority_stays_the_same(start: Any) -> None:
    first = start()
    before = Path(first.facts["ca"]).read_bytes()
    first.stop()
    assert Path(start().facts["ca"]).read_bytes() == before
