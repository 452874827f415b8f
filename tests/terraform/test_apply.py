"""What an apply has really made, asked of the cloud and not of the configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.environment import Environment

pytestmark = pytest.mark.timeout(1200)

# The actions that AWS ties to no resource; each has its citation where it is granted.
ON_EVERYTHING = {
    "EnterVpc", "Metrics", "OnlyLambdaEntersVpc", "SecurityConfiguration", "SeeVpc", "Traces",
}  # fmt: skip


def statements(environment: Environment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every role of ours, with the role's name."""
    iam = environment.client("iam")
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                yield name, statement


def test_no_role_may_do_everything_of_a_service(environment: Environment) -> None:
    found = list(statements(environment))
    wide = [(name, one["Action"]) for name, one in found if "*" in "".join(one["Action"])]
    assert len(found) > 50
    assert wide == []


def test_only_what_has_no_resource_is_granted_on_everything(environment: Environment) -> None:
    sids = {one["Sid"] for _, one in statements(environment) if "*" in one["Resource"]}
    assert sids == ON_EVERYTHING


def test_each_component_has_a_role_of_its_own(environment: Environment) -> None:
    functions = environment.client("lambda").list_functions()["Functions"]
    jobs = environment.client("glue").get_jobs()["Jobs"]
    roles = [each["Role"] for each in (*functions, *jobs)]
    assert len(roles) == len(set(roles)) > 5


def test_only_stage_jobs_enter_the_vpc_and_read_the_secret(environment: Environment) -> None:
    jobs = environment.client("glue").get_jobs()["Jobs"]
    inside = {job["Name"] for job in jobs if job.get("Connections", {}).get("Connections")}
    trusted = {name for name, one in statements(environment) if one["Sid"] == "ReadDatabaseSecret"}
    staging = {job["Name"] for job in jobs if job["Name"].endswith("-stage")}
    assert (
        inside == staging == {name for name in trusted if name.endswith(("-stage", "-transform"))}
    )


def test_every_queue_takes_events_from_our_rules_only(environment: Environment) -> None:
    sqs = environment.client("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        if url.endswith(("-migrate-dead", "-ledger-dead")):
            continue  # nothing but Lambda itself sends there, with the function's role
        text = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"][
            "Policy"
        ]
        condition = json.loads(text)["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
        assert all(":rule/stagecoach-local-" in rule for rule in condition), url


def test_what_the_build_wrote_is_what_jobs_get(environment: Environment) -> None:
    bucket = environment.exports["STAGECOACH_ARTEFACTS"]
    listed = environment.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    keys = {each["Key"] for each in listed}
    assert {"stagecoach.zip", "ca.pem", "glue_jobs/stage.py", "lambda/arrive.zip"} <= keys
