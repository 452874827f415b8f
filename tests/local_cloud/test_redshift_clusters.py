"""A cluster as Terraform makes it: managed password, identity, relocation, hours of sleep."""

from __future__ import annotations

import json
from typing import Any

import pg8000.native
import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.making import until
from tests.local_cloud.running_cloud import RunningCloud

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
CLUSTER = {
    "ClusterIdentifier": "managed",
    "NodeType": "ra3.large",
    "ClusterType": "single-node",
    "DBName": "stagecoach",
    "MasterUsername": "stagecoach_admin",
    "ManageMasterPassword": True,
    "MasterPasswordSecretKmsKeyId": KEY,
    "AvailabilityZoneRelocation": True,
}


@pytest.fixture(scope="module")
def cluster(cloud: RunningCloud) -> dict[str, Any]:
    """What DescribeClusters says of one."""
    redshift = cloud.client("redshift")
    redshift.create_cluster(**CLUSTER)
    return dict(redshift.describe_clusters(ClusterIdentifier="managed")["Clusters"][0])


def test_the_secret_opens_the_database(cloud: RunningCloud, cluster: dict[str, Any]) -> None:
    secret = cloud.client("secretsmanager").get_secret_value(
        SecretId=cluster["MasterPasswordSecretArn"]
    )
    login = json.loads(secret["SecretString"])
    connection = pg8000.native.Connection(
        user=login["username"],
        password=login["password"],
        host=cluster["Endpoint"]["Address"],
        port=cluster["Endpoint"]["Port"],
        database="stagecoach",
    )
    assert connection.run("select current_user") == [["stagecoach_admin"]]
    connection.close()


def test_it_says_its_key_and_who_it_is(cluster: dict[str, Any]) -> None:
    assert cluster["MasterPasswordSecretKmsKeyId"] == KEY
    assert ":namespace:" in cluster["ClusterNamespaceArn"]


def test_relocation_can_be_chosen_and_changed(cloud: RunningCloud, cluster: dict[str, Any]) -> None:
    assert cluster["AvailabilityZoneRelocationStatus"] == "enabled"
    changed = cloud.client("redshift").modify_cluster(
        ClusterIdentifier="managed", AvailabilityZoneRelocation=False
    )
    assert changed["Cluster"]["AvailabilityZoneRelocationStatus"] == "disabled"


def test_the_secret_goes_with_the_cluster(cloud: RunningCloud) -> None:
    redshift = cloud.client("redshift")
    made = redshift.create_cluster(**CLUSTER | {"ClusterIdentifier": "brief"})["Cluster"]
    redshift.delete_cluster(ClusterIdentifier="brief", SkipFinalClusterSnapshot=True)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloud.client("secretsmanager").describe_secret(SecretId=made["MasterPasswordSecretArn"])


def test_a_cluster_sleeps_and_wakes_by_the_clock(
    cloud: RunningCloud, cluster: dict[str, Any]
) -> None:
    redshift, name = cloud.client("redshift"), cluster["ClusterIdentifier"]
    for verb in ("Pause", "Resume"):
        redshift.create_scheduled_action(
            ScheduledActionName=verb,
            TargetAction={f"{verb}Cluster": {"ClusterIdentifier": name}},
            Schedule="cron(0 18 * * ? *)",
            IamRole="arn:aws:iam::123456789012:role/clock",
            Enable=False,
        )
    for verb, status in (("Pause", "paused"), ("Resume", "available")):
        redshift.modify_scheduled_action(ScheduledActionName=verb, Enable=True)
        cloud.admin("/_local/clock?seconds=86400", "POST")
        until(lambda wanted=status: status_of(redshift, name) == wanted)
        redshift.delete_scheduled_action(ScheduledActionName=verb)
    assert redshift.describe_scheduled_actions()["ScheduledActions"] == []


def test_a_schedule_names_a_cluster_that_is_there(cloud: RunningCloud) -> None:
    with pytest.raises(ClientError, match="ClusterNotFound"):
        cloud.client("redshift").create_scheduled_action(
            ScheduledActionName="stray",
            TargetAction={"PauseCluster": {"ClusterIdentifier": "nowhere"}},
            Schedule="cron(0 18 * * ? *)",
            IamRole="arn:aws:iam::123456789012:role/clock",
        )


def status_of(redshift: Any, name: str) -> str:
    """What AWS calls the state of a cluster."""
    found = redshift.describe_clusters(ClusterIdentifier=name)["Clusters"][0]
    return str(found["ClusterStatus"])
