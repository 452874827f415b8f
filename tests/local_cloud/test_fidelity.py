"""What Terraform reads back is what it wrote: one claim per thing moto answers differently."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local_cloud.running_cloud import RunningCloud

ACCOUNT = "123456789012"


@pytest.fixture(scope="session")
def glue(cloud: RunningCloud) -> Any:
    return cloud.client("glue")


def test_eventbridge_stays_in_a_bucket_s_notifications(cloud: RunningCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="notifies")
    s3.put_bucket_notification_configuration(
        Bucket="notifies", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    found = s3.get_bucket_notification_configuration(Bucket="notifies")
    assert found["EventBridgeConfiguration"] == {}


def test_a_redrive_policy_is_compact_json(cloud: RunningCloud) -> None:
    sqs = cloud.client("sqs")
    sqs.create_queue(QueueName="dead")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3}, separators=(",", ":"))
    url = sqs.create_queue(QueueName="live", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    assert found["Attributes"]["RedrivePolicy"] == policy


def test_a_parameter_says_that_a_user_set_it(cloud: RunningCloud) -> None:
    rds = cloud.client("rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="chosen", DBParameterGroupFamily="postgres16", Description="d"
    )
    wanted = {"ParameterName": "work_mem", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="chosen", Parameters=[wanted])
    found = rds.describe_db_parameters(DBParameterGroupName="chosen", Source="user")["Parameters"]
    assert [(each["ParameterName"], each["Source"]) for each in found] == [("work_mem", "user")]


def test_a_connection_keeps_its_type_and_can_be_deleted(glue: Any) -> None:
    wanted = {"Name": "net", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
    glue.create_connection(ConnectionInput=wanted)
    assert glue.get_connection(Name="net")["Connection"]["ConnectionType"] == "NETWORK"
    glue.update_connection(Name="net", ConnectionInput={**wanted, "Description": "changed"})
    assert glue.get_connection(Name="net")["Connection"]["Description"] == "changed"
    glue.delete_connection(ConnectionName="net")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_connection(Name="net")


def test_a_job_has_no_execution_class_of_its_own_and_can_be_changed(glue: Any) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    glue.create_job(Name="changes", Role="r", Command=command, MaxRetries=2)
    assert "ExecutionClass" not in glue.get_job(JobName="changes")["Job"]
    glue.update_job(JobName="changes", JobUpdate={"Role": "other", "Command": command})
    changed = glue.get_job(JobName="changes")["Job"]
    assert (changed["Role"], changed.get("MaxRetries", 0)) == ("other", 0)


def test_a_trigger_on_demand_stays_created(glue: Any) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=[{"JobName": "changes"}])
    assert glue.get_trigger(Name="now")["Trigger"]["State"] == "CREATED"
    glue.update_trigger(Name="now", TriggerUpdate={"Description": "changed"})
    assert glue.get_trigger(Name="now")["Trigger"]["Description"] == "changed"


def test_a_classifier_is_kept_changed_and_deleted(glue: Any) -> None:
    glue.create_classifier(CsvClassifier={"Name": "c", "Delimiter": ","})
    glue.update_classifier(CsvClassifier={"Name": "c", "Delimiter": ";"})
    found = glue.get_classifier(Name="c")["Classifier"]["CsvClassifier"]
    assert (found["Delimiter"], found["Version"]) == (";", 2)
    glue.delete_classifier(Name="c")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_classifier(Name="c")


def test_a_crawler_can_be_changed(glue: Any) -> None:
    targets = {"S3Targets": [{"Path": "s3://b/"}]}
    glue.create_crawler(Name="c", Role="r", DatabaseName="d", Targets=targets)
    glue.update_crawler(Name="c", TablePrefix="p_")
    found = glue.get_crawler(Name="c")["Crawler"]
    assert (found["TablePrefix"], found["Role"], found["Version"]) == ("p_", "r", 2)


def test_the_policies_of_aws_exist(cloud: RunningCloud) -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
    assert cloud.client("iam").get_policy(PolicyArn=arn)["Policy"]["Arn"] == arn


def test_a_cluster_is_available_and_its_parameters_can_be_set(cloud: RunningCloud) -> None:
    redshift = cloud.client("redshift")
    redshift.create_cluster_parameter_group(
        ParameterGroupName="own", ParameterGroupFamily="redshift-1.0", Description="d"
    )
    redshift.modify_cluster_parameter_group(
        ParameterGroupName="own",
        Parameters=[{"ParameterName": "require_ssl", "ParameterValue": "true"}],
    )
    found = redshift.describe_cluster_parameters(ParameterGroupName="own", Source="user")
    assert [each["ParameterValue"] for each in found["Parameters"]] == ["true"]


def test_a_budget_can_be_tagged_changed_and_asked(cloud: RunningCloud) -> None:
    budgets = cloud.client("budgets")
    budget = {
        "BudgetName": "b",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "5", "Unit": "USD"},
    }
    limit = {"Amount": "10", "Unit": "USD"}
    tags = [{"Key": "k", "Value": "v"}]
    budgets.create_budget(AccountId=ACCOUNT, Budget=budget, ResourceTags=tags)
    budgets.update_budget(AccountId=ACCOUNT, NewBudget={**budget, "BudgetLimit": limit})
    found = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="b")["Budget"]
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/b"
    assert float(found["BudgetLimit"]["Amount"]) == 10
    assert budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == tags


def test_a_work_group_can_be_changed_and_a_query_deleted(cloud: RunningCloud) -> None:
    athena = cloud.client("athena")
    athena.create_work_group(Name="g", Configuration={"EnforceWorkGroupConfiguration": False})
    athena.update_work_group(
        WorkGroup="g", ConfigurationUpdates={"EnforceWorkGroupConfiguration": True}
    )
    found = athena.get_work_group(WorkGroup="g")["WorkGroup"]["Configuration"]
    assert found["EnforceWorkGroupConfiguration"] is True
    query = athena.create_named_query(Name="q", Database="d", QueryString="select 1")
    athena.delete_named_query(NamedQueryId=query["NamedQueryId"])
    assert query["NamedQueryId"] not in athena.list_named_queries()["NamedQueryIds"]


def test_revoking_what_is_not_granted_says_so(cloud: RunningCloud) -> None:
    lake = cloud.client("lakeformation")
    with pytest.raises(lake.exceptions.InvalidInputException, match="No permissions revoked"):
        lake.revoke_permissions(
            Principal={"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/r"},
            Resource={"Database": {"Name": "d"}},
            Permissions=["ALL"],
        )
