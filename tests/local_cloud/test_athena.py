"""What Athena is asked besides queries."""

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.running_cloud import RunningCloud


def test_named_queries_are_read_together(cloud: RunningCloud) -> None:
    athena = cloud.client("athena")
    query = athena.create_named_query(
        Name="q", Description="What", Database="d", QueryString="select 1"
    )["NamedQueryId"]
    answer = athena.batch_get_named_query(NamedQueryIds=[query, "gone"])
    [found] = answer["NamedQueries"]
    assert (found["Name"], found["Database"], found["Description"]) == ("q", "d", "What")
    assert (found["QueryString"], found["WorkGroup"]) == ("select 1", "primary")
    assert [each["NamedQueryId"] for each in answer["UnprocessedNamedQueryIds"]] == ["gone"]


def test_no_query_is_said_to_have_run(cloud: RunningCloud) -> None:
    with pytest.raises(ClientError, match=r"not implement athena\.StartQuery"):
        cloud.client("athena").start_query_execution(QueryString="select 1", WorkGroup="primary")
