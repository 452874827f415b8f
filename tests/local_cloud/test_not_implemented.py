"""What the local cloud cannot do is said at once, in the words of each protocol."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.running_cloud import RunningCloud

LACKING = [
    ("glue", "list_column_statistics_task_runs", {}),
    ("rds", "describe_account_attributes", {}),
    ("redshift-serverless", "list_workgroups", {}),
    ("pricing", "describe_services", {}),
]


@pytest.mark.parametrize(("service", "operation", "options"), LACKING)
def test_a_lacking_operation_is_a_400_that_names_it(
    cloud: RunningCloud, service: str, operation: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="the local cloud does not implement") as wrong:
        getattr(cloud.client(service), operation)(**options)
    answer = wrong.value.response
    assert answer["Error"]["Code"] == "UnknownOperationException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_crash_is_a_400_and_its_traceback_is_in_the_log(cloud: RunningCloud) -> None:
    with pytest.raises(ClientError, match="the local cloud crashed in") as wrong:
        cloud.client("budgets").update_budget(
            AccountId="123456789012",
            NewBudget={"BudgetName": "none", "BudgetType": "COST", "TimeUnit": "DAILY"},
        )
    assert wrong.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "Traceback (most recent call last)" in cloud.log()


def test_what_moto_refuses_keeps_its_own_words(cloud: RunningCloud) -> None:
    glue = cloud.client("glue")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_job(JobName="none")


def test_a_call_that_an_sdk_repeats_is_in_the_log(cloud: RunningCloud) -> None:
    for attempt in (1, 2):
        headers = {
            "amz-sdk-invocation-id": f"call-{attempt}",
            "amz-sdk-request": f"attempt={attempt}",
        }
        asked = urllib.request.Request(f"{cloud.endpoint}/", b"{}", headers)
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(asked).close()
    assert "asked again, attempt 2 of the call call-2" in cloud.log()
    assert "the call call-1" not in cloud.log()
