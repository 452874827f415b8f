import json
import time

from tests.local_cloud.making import function, messages, queue, until

# Tells another queue what it was given; fails whole, or for one body.
ECHO = """
    import json, os, boto3
    sqs = boto3.client("sqs")
    def handle(event, context):
        bodies = [record["body"] for record in event["Records"]]
        sqs.send_message(QueueUrl=os.environ["TOLD"], MessageBody=json.dumps(bodies))
        if "bad" in bodies and os.environ["PARTIAL"] == "no":
            raise ValueError("bad")
        failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""


def echo(cloud, source_arn, *, partial="no", **mapping):
    """A queue told by a function that reads `source_arn`, and the mapping's id."""
    told, _ = queue(cloud)
    variables = {"TOLD": told, "PARTIAL": partial}
    name = function(cloud, ECHO, Environment={"Variables": variables})
    kinds = ["ReportBatchItemFailures"] if partial == "yes" else []
    made = cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=source_arn, FunctionResponseTypes=kinds, **mapping
    )
    return told, made["UUID"]


def send(cloud, url, *bodies):
    entries = [{"Id": str(at), "MessageBody": body} for at, body in enumerate(bodies)]
    cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)


def depth(cloud, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(value) for value in found["Attributes"].values())


def test_a_message_is_handled_and_gone(cloud):
    url, source = queue(cloud)
    told, _ = echo(cloud, source)
    send(cloud, url, "good")
    assert messages(cloud, told) == [["good"]]
    until(lambda: depth(cloud, url) == 0)


def test_a_warm_function_is_reached_at_once(cloud):
    url, source = queue(cloud)
    told, _ = echo(cloud, source)
    send(cloud, url, "warm")
    messages(cloud, told)

    def seconds():
        begun = time.monotonic()
        send(cloud, url, "timed")
        messages(cloud, told)
        return time.monotonic() - begun

    # Three requests of this test's own included; again while the machine is busy with others.
    until(lambda: seconds() < 1)


def test_a_failing_message_comes_back_after_its_timeout_and_ends_in_the_dead_letters(cloud):
    dead, dead_arn = queue(cloud)
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    url, source = queue(cloud, VisibilityTimeout="1", RedrivePolicy=policy)
    told, _ = echo(cloud, source)
    begun = time.monotonic()
    send(cloud, url, "bad")
    assert messages(cloud, told, 2) == [["bad"], ["bad"]]
    assert time.monotonic() - begun >= 1
    until(lambda: depth(cloud, dead) == 1)


def test_only_the_failed_part_of_a_batch_comes_back(cloud):
    url, source = queue(cloud, VisibilityTimeout="1")
    told, _ = echo(cloud, source, partial="yes", MaximumBatchingWindowInSeconds=1)
    send(cloud, url, "good", "bad", "fine")
    first, second = messages(cloud, told, 2)[:2]
    assert (sorted(first), second) == (["bad", "fine", "good"], ["bad"])


def test_a_batch_is_no_bigger_than_asked(cloud):
    url, source = queue(cloud)
    told, _ = echo(cloud, source, BatchSize=2, MaximumBatchingWindowInSeconds=1)
    send(cloud, url, "a", "b", "c", "d")
    assert sorted(map(len, messages(cloud, told, 2))) == [2, 2]


def test_a_disabled_mapping_reads_nothing_until_it_is_enabled(cloud):
    url, source = queue(cloud)
    told, mapping = echo(cloud, source, Enabled=False)
    send(cloud, url, "waiting")
    time.sleep(0.5)
    assert depth(cloud, url) == 1
    cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    assert messages(cloud, told) == [["waiting"]]


def test_a_mapping_runs_no_more_at_once_than_its_maximum(cloud):
    url, source = queue(cloud)
    name = function(
        cloud,
        """
        import os, time
        def handle(event, context):
            time.sleep(0.2)
            print("pid", os.getpid())
        """,
    )
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source,
        BatchSize=1,
        ScalingConfig={"MaximumConcurrency": 2},
    )
    send(cloud, url, *"abcdefgh")
    until(lambda: depth(cloud, url) == 0)
    logs = cloud.client("logs")
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="pid")
    assert len({event["message"] for event in found["events"]}) == 2
