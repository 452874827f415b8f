"""A cluster's life: its admin password, TLS, pauses, roles, logging, what is scheduled."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pg8000.native
import pytest

from tests.local_cloud.redshift.conftest import ROLE
from tests.local_cloud.redshift.warehouse import PASSWORD, Warehouse, create
from tests.local_cloud.running_cloud import PATIENCE, RunningCloud


def described(house: Warehouse) -> dict[str, Any]:
    [found] = house.redshift.describe_clusters(ClusterIdentifier=house.name)["Clusters"]
    return dict(found)


@pytest.fixture
def house(cloud: RunningCloud) -> Any:
    """A function that makes a cluster of the test's own."""
    made: list[Warehouse] = []

    def make(**options: Any) -> Warehouse:
        made.append(create(cloud, f"c-{uuid.uuid4().hex[:8]}", **options))
        return made[-1]

    yield make
    for each in made:
        each.redshift.delete_cluster(ClusterIdentifier=each.name, SkipFinalClusterSnapshot=True)


# https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html


def secret(house: Warehouse) -> dict[str, str]:
    arn = described(house)["MasterPasswordSecretArn"]
    told = house.cloud.client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(told["SecretString"])


def test_a_managed_password_is_the_secret_s_and_opens_the_cluster(house):
    managed = house(ManageMasterPassword=True)
    found = secret(managed)
    assert found["username"] == "boss"
    assert managed.connect(found["password"]).run("select 1") == [[1]]
    arn = described(managed)["MasterPasswordSecretArn"]
    where = {"ClusterIdentifier": managed.name, "Database": "stage", "SecretArn": arn}
    begun = managed.data.execute_statement(Sql="select 1", **where)
    assert managed.over(begun["Id"])["Status"] == "FINISHED"


def test_a_rotated_password_replaces_the_old_one(house):
    managed = house(ManageMasterPassword=True)
    before = secret(managed)["password"]
    arn = described(managed)["MasterPasswordSecretArn"]
    managed.cloud.client("secretsmanager").rotate_secret(SecretId=arn)
    after = secret(managed)["password"]
    assert after != before
    assert managed.connect(after).run("select 1") == [[1]]
    with pytest.raises(pg8000.native.DatabaseError, match="password authentication failed"):
        managed.connect(before)


def test_management_of_the_password_can_begin_and_end(house):
    cluster = house()
    change = cluster.redshift.modify_cluster
    change(ClusterIdentifier=cluster.name, ManageMasterPassword=True)
    assert cluster.connect(secret(cluster)["password"]).run("select 1") == [[1]]
    change(
        ClusterIdentifier=cluster.name, ManageMasterPassword=False, MasterUserPassword="Aa1bbbbbb"
    )
    assert "MasterPasswordSecretArn" not in described(cluster)
    assert cluster.connect("Aa1bbbbbb").run("select 1") == [[1]]


def test_a_secret_ends_with_its_cluster(cloud):
    cluster = create(cloud, "brief", ManageMasterPassword=True)
    arn = described(cluster)["MasterPasswordSecretArn"]
    cluster.redshift.delete_cluster(ClusterIdentifier="brief", SkipFinalClusterSnapshot=True)
    secrets = cloud.client("secretsmanager")
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.describe_secret(SecretId=arn)


# https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html


def require_ssl(cluster: Warehouse, group: str, value: str) -> None:
    chosen = {"ParameterName": "require_ssl", "ParameterValue": value}
    cluster.redshift.modify_cluster_parameter_group(ParameterGroupName=group, Parameters=[chosen])


def test_plain_connections_are_taken_until_the_parameter_group_requires_tls(house):
    group = f"g-{uuid.uuid4().hex[:8]}"
    cluster = house()
    cluster.redshift.create_cluster_parameter_group(
        ParameterGroupName=group, ParameterGroupFamily="redshift-1.0", Description="d"
    )
    cluster.redshift.modify_cluster(ClusterIdentifier=cluster.name, ClusterParameterGroupName=group)
    assert cluster.connect(tls=False).run("select 1") == [[1]]
    require_ssl(cluster, group, "true")
    with pytest.raises(pg8000.native.DatabaseError, match="no encryption"):
        cluster.connect(tls=False)
    assert cluster.connect().run("select 1") == [[1]]
    require_ssl(cluster, group, "false")
    assert cluster.connect(tls=False).run("select 1") == [[1]]


# https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html


def test_a_paused_cluster_answers_nobody_and_keeps_its_rows(house):
    cluster = house()
    cluster.run("create table kept as select 1 as n")
    cluster.redshift.pause_cluster(ClusterIdentifier=cluster.name)
    assert described(cluster)["ClusterStatus"] == "paused"
    with pytest.raises(cluster.data.exceptions.ValidationException, match="endpoint doesn't exist"):
        cluster.begin("select 1")
    with pytest.raises(pg8000.native.InterfaceError):
        cluster.connect()
    cluster.redshift.resume_cluster(ClusterIdentifier=cluster.name)
    assert cluster.rows("select n from kept") == [[1]]


def test_a_reboot_disconnects_and_keeps_the_rows(house):
    cluster = house()
    cluster.run("create table kept as select 1 as n")
    before = cluster.connect()
    cluster.redshift.reboot_cluster(ClusterIdentifier=cluster.name)
    with pytest.raises(pg8000.native.InterfaceError):
        before.run("select 1")
    assert cluster.rows("select n from kept") == [[1]]


def test_a_scheduled_action_pauses_at_its_time_and_another_resumes(start):
    cluster = create(start(), "house")
    for name, hour in (("Pause", 20), ("Resume", 6)):
        cluster.redshift.create_scheduled_action(
            ScheduledActionName=name,
            TargetAction={f"{name}Cluster": {"ClusterIdentifier": "house"}},
            Schedule=f"cron(0 {hour} * * ? *)",
            IamRole=ROLE,
            Enable=name == "Pause",
        )
    cluster.cloud.admin("/_local/clock?seconds=86400", "POST")
    wait_for(cluster, "paused")
    cluster.redshift.modify_scheduled_action(ScheduledActionName="Resume", Enable=True)
    cluster.redshift.delete_scheduled_action(ScheduledActionName="Pause")
    cluster.cloud.admin("/_local/clock?seconds=86400", "POST")
    wait_for(cluster, "available")
    assert cluster.rows("select 1") == [[1]]


def wait_for(cluster: Warehouse, status: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while described(cluster)["ClusterStatus"] != status:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"Schedule": "cron(often)"}, "InvalidSchedule"),
        ({"Schedule": "rate(1 hour)"}, "InvalidSchedule"),
        ({"TargetAction": {}}, "InvalidScheduledAction"),
    ],
)
def test_an_action_that_is_none_is_refused(cloud, options, told):
    # https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateScheduledAction.html
    redshift = cloud.client("redshift")
    action = {
        "ScheduledActionName": "wrong",
        "TargetAction": {"PauseCluster": {"ClusterIdentifier": "house"}},
        "Schedule": "at(2027-01-01T00:00:00)",
        "IamRole": ROLE,
    }
    with pytest.raises(redshift.exceptions.ClientError, match=told):
        redshift.create_scheduled_action(**action | options)
    with pytest.raises(redshift.exceptions.ClientError, match="ScheduledActionNotFound"):
        redshift.describe_scheduled_actions(ScheduledActionName="wrong")


# https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing-manage-log-files.html


def test_logging_wants_a_bucket_that_lets_redshift_write(house, bucket, s3):
    cluster = house()
    where = {"ClusterIdentifier": cluster.name, "BucketName": bucket, "LogDestinationType": "s3"}
    with pytest.raises(cluster.redshift.exceptions.InsufficientS3BucketPolicyFault):
        cluster.redshift.enable_logging(**where)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "redshift.amazonaws.com"},
        "Action": ["s3:PutObject", "s3:GetBucketAcl"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    cluster.redshift.enable_logging(**where)
    told = cluster.redshift.describe_logging_status(ClusterIdentifier=cluster.name)
    assert (told["LoggingEnabled"], told["BucketName"]) == (True, bucket)
    told = cluster.redshift.disable_logging(ClusterIdentifier=cluster.name)
    assert (told["LoggingEnabled"], "BucketName" in told) == (False, False)
    with pytest.raises(cluster.redshift.exceptions.BucketNotFoundFault):
        cluster.redshift.enable_logging(**where | {"BucketName": "nowhere"})


def test_roles_are_given_and_taken(house):
    cluster = house(IamRoles=[ROLE])
    cluster.redshift.modify_cluster_iam_roles(
        ClusterIdentifier=cluster.name, AddIamRoles=[f"{ROLE}-2"], RemoveIamRoles=[ROLE]
    )
    assert [each["IamRoleArn"] for each in described(cluster)["IamRoles"]] == [f"{ROLE}-2"]


def test_a_subnet_group_can_be_changed(cloud):
    ec2, redshift = cloud.client("ec2"), cloud.client("redshift")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{n}.0/24")["Subnet"]["SubnetId"]
        for n in range(2)
    ]
    name = {"ClusterSubnetGroupName": "moving"}
    redshift.create_cluster_subnet_group(**name, Description="d", SubnetIds=subnets[:1])
    redshift.modify_cluster_subnet_group(**name, SubnetIds=subnets)
    [found] = redshift.describe_cluster_subnet_groups(**name)["ClusterSubnetGroups"]
    assert {each["SubnetIdentifier"] for each in found["Subnets"]} == set(subnets)
    assert found["Description"] == "d"


def test_what_terraform_asks_for_is_what_it_reads(house):
    found = described(
        house(
            ManualSnapshotRetentionPeriod=30,
            AvailabilityZoneRelocation=True,
            PreferredMaintenanceWindow="Sun:03:00-Sun:04:00",
            EnhancedVpcRouting=True,
        )
    )
    assert found["ManualSnapshotRetentionPeriod"] == 30
    assert found["AvailabilityZoneRelocationStatus"] == "enabled"
    assert found["PreferredMaintenanceWindow"] == "sun:03:00-sun:04:00"
    assert found["EnhancedVpcRouting"] is True


# What a cluster knows of Redshift, it knows in every database and after a restart


def test_a_database_made_later_knows_redshift_too(house):
    cluster = house()
    assert cluster.run("create database later")["Status"] == "FINISHED"
    told = cluster.run("select count(*) from stl_load_errors", Database="later")
    assert told["Status"] == "FINISHED", told


def test_a_cluster_comes_back_with_its_rows_and_its_system_tables(start):
    running = start()
    cluster = create(running, "house")
    cluster.run("create table kept as select 1 as n")
    running.stop()
    again = Warehouse(start(), "house")
    assert again.rows("select n from kept") == [[1]]
    assert again.rows("select count(*) from sys_load_history") == [[0]]
    assert again.connect(PASSWORD).run("select 1") == [[1]]
