"""What the local cloud cannot do is said at once, in the words of each protocol."""

from __future__ import annotations

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
