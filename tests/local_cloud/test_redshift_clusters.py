"""What Terraform reads of a Redshift cluster and moto does not say."""

from __future__ import annotations

from typing import Any

from tests.local_cloud.making import fresh
from tests.local_cloud.running_cloud import RunningCloud


def roles(cluster: dict[str, Any]) -> list[str]:
    return [node["NodeRole"] for node in cluster["ClusterNodes"]]


def test_a_cluster_lists_its_nodes_also_when_it_grows(cloud: RunningCloud) -> None:
    redshift, name = cloud.client("redshift"), fresh("nodes")
    made = redshift.create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.large",
        ClusterType="single-node",
        MasterUsername="loader",
        MasterUserPassword="Secret123",
    )
    grown = redshift.modify_cluster(
        ClusterIdentifier=name, ClusterType="multi-node", NumberOfNodes=2
    )
    assert roles(made["Cluster"]) == ["SHARED"]
    assert roles(grown["Cluster"]) == ["LEADER", "COMPUTE-0", "COMPUTE-1"]
