"""What the cloud remembers from one run to the next."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.local_cloud.making import until
from tests.local_cloud.running_cloud import PATIENCE, ROOT, RunningCloud


def fill(running: RunningCloud) -> None:
    """One thing of many services, among them those that hold keys, locks and each other."""
    running.client("s3").create_bucket(Bucket="kept")
    running.client("s3").put_object(Bucket="kept", Key="k", Body=b"body")
    running.client("sqs").create_queue(QueueName="kept")
    running.client("sns").create_topic(Name="kept")
    running.client("kms").create_key(Description="kept", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    running.client("secretsmanager").create_secret(Name="kept", SecretString="kept")
    running.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")
    running.client("events").put_rule(Name="kept", EventPattern='{"source": ["kept"]}')
    running.client("logs").create_log_group(logGroupName="kept")
    running.client("ssm").put_parameter(Name="kept", Value="kept", Type="String")
    command = {"Name": "glueetl", "ScriptLocation": "s3://kept/k"}
    running.client("glue").create_job(Name="kept", Role="r", Command=command)
    running.client("glue").create_workflow(Name="kept")
    running.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument="{}")


def found(running: RunningCloud) -> list[Any]:
    sqs = running.client("sqs")
    return [
        running.client("s3").get_object(Bucket="kept", Key="k")["Body"].read(),
        sqs.get_queue_url(QueueName="kept")["QueueUrl"],
        running.client("sns").list_topics()["Topics"],
        [key["KeyId"] for key in running.client("kms").list_keys()["Keys"]],
        running.client("secretsmanager").get_secret_value(SecretId="kept")["SecretString"],
        [each["VpcId"] for each in running.client("ec2").describe_vpcs()["Vpcs"]],
        running.client("events").describe_rule(Name="kept")["EventPattern"],
        [each["arn"] for each in running.client("logs").describe_log_groups()["logGroups"]],
        running.client("ssm").get_parameter(Name="kept")["Parameter"]["ARN"],
        running.client("glue").get_job(JobName="kept")["Job"]["CreatedOn"],
        running.client("glue").get_workflow(Name="kept")["Workflow"]["Name"],
        running.client("iam").get_role(RoleName="kept")["Role"]["RoleId"],
    ]


def test_a_stop_and_a_start_change_nothing_and_it_goes_on_working(start: Any) -> None:
    running = start()
    fill(running)
    before = found(running)
    running.stop()
    again = start()
    assert found(again) == before
    sqs = again.client("sqs")
    url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
    again.client("s3").put_object(Bucket="kept", Key="new", Body=b"x")


def test_a_save_is_enough_for_a_kill(start: Any) -> None:
    running = start()
    fill(running)
    before = found(running)
    assert running.admin("/_local/save", "POST")["bytes"] > 0
    running.stop(signal.SIGKILL)
    assert found(start()) == before


def test_changes_are_saved_by_themselves(start: Any, state: Path) -> None:
    start().client("sqs").create_queue(QueueName="kept")
    until((state / "snapshot").exists)


def test_what_cannot_be_restored_is_one_sentence(start: Any, state: Path) -> None:
    start().stop()
    whole = (state / "snapshot").read_bytes()
    (state / "snapshot").write_bytes(whole[: len(whole) // 2])
    assert "stagecoach down --erase" in refusal(state)
    header = json.dumps({"format": 1, "moto": "4.0.0", "journal": 0}).encode()
    (state / "snapshot").write_bytes(header + b"\n" + whole.partition(b"\n")[2])
    said = refusal(state)
    assert "moto 4.0.0" in said
    assert "stagecoach down --erase" in said


def refusal(state: Path) -> str:
    """What a start says that does not come to be."""
    command = [sys.executable, "-m", "local_cloud", "--state", str(state)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    return ran.stderr
