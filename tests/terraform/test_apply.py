"""What an apply has really made, asked of the cloud and not of the configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stagecoach.declaration import load_all
from tests.environment import Environment

pytestmark = pytest.mark.timeout(1200)

# The actions that AWS ties to no resource; each has its citation where it is granted.
ON_EVERYTHING = {
    "EnterVpc", "Metrics", "OnlyLambdaEntersVpc", "OwnStatements", "SecurityConfiguration",
    "SeeVpc", "Traces",
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


def test_only_jobs_that_meet_a_database_enter_the_vpc(environment: Environment) -> None:
    jobs = environment.client("glue").get_jobs()["Jobs"]
    names = {job["Name"] for job in jobs}
    inside = {job["Name"] for job in jobs if job.get("Connections", {}).get("Connections")}
    trusted = {name for name, one in statements(environment) if one["Sid"] == "ReadDatabaseSecret"}
    assert inside == {name for name in names if name.endswith(("-stage", "-migrate-table"))}
    assert inside == trusted & names


def test_only_what_is_computed_of_other_datasets_reads_their_clean_rows(
    environment: Environment,
) -> None:
    computed = {
        f"stagecoach-local-{name}-transform"
        for name, one in load_all(environment.project / "datasets").items()
        if one.source.mart is not None or any(column.lookup for column in one.columns)
    }
    right = [name for name, one in statements(environment) if one["Sid"] == "ReadOthers"]
    assert sorted(right) == sorted(computed)


def test_only_who_loads_is_told_of_the_warehouse(environment: Environment) -> None:
    told = {
        each["FunctionName"]
        for each in environment.client("lambda").list_functions()["Functions"]
        if "STAGECOACH_WAREHOUSE_SECRET" in each["Environment"]["Variables"]
    }
    told |= {
        job["Name"]
        for job in environment.client("glue").get_jobs()["Jobs"]
        if "--STAGECOACH_WAREHOUSE_SECRET" in job["DefaultArguments"]
    }
    assert told == {f"stagecoach-local-{name}" for name in ("migrate", "migrate-table", "publish")}
    for right in ("ReadWarehouseSecret", "RunStatements", "OwnStatements"):
        assert told == {name for name, one in statements(environment) if one["Sid"] == right}


def test_only_the_user_that_loads_copies_and_only_from_our_buckets(
    environment: Environment,
) -> None:
    iam = environment.client("iam")
    role = iam.get_role(RoleName="stagecoach-local-warehouse")["Role"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    may = {one["Sid"]: one for name, one in statements(environment) if name == role["RoleName"]}
    clean, pinned = (environment.exports[f"STAGECOACH_{zone}"] for zone in ("CLEAN", "PINNED"))
    assert trust["Condition"]["StringEquals"]["sts:ExternalId"] == [
        "arn:aws:redshift:us-east-1:123456789012:dbuser:stagecoach-local/stagecoach_admin"
    ]
    assert set(may) == {"Copy", "Key", "ListBuckets", "Unload"}
    assert may["Unload"]["Resource"] == [f"arn:aws:s3:::{clean}/unload/*"]
    assert set(may["Copy"]["Resource"]) == {
        f"arn:aws:s3:::{clean}/*",
        f"arn:aws:s3:::{pinned}/*/copy.manifest",
        f"arn:aws:s3:::{pinned}/migrations/*",
    }


def test_the_clock_calls_publish_itself(environment: Environment) -> None:
    events = environment.client("events")
    [target] = events.list_targets_by_rule(Rule="stagecoach-local-publish-clock")["Targets"]
    assert target["Arn"].endswith(":function:stagecoach-local-publish")


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


def test_athena_has_the_queries_of_the_project(environment: Environment) -> None:
    athena = environment.client("athena")
    ids = athena.list_named_queries(WorkGroup="stagecoach-local")["NamedQueryIds"]
    found = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    names = {path.stem for path in (environment.project / "queries").glob("*.sql")}
    assert {query["Name"] for query in found} == names != set()
    assert {query["Database"] for query in found} == {"stagecoach_local"}
