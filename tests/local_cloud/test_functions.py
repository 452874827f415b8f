import base64
import json
import os
import signal
import threading
import time

import pytest

from tests.local_cloud.making import function, invoke, messages, queue, until, zipped

WHO = """
    import os
    def handle(event, context):
        return os.getpid()
"""


def test_a_function_sees_its_event_its_environment_and_its_context(cloud):
    name = function(
        cloud,
        """
        import os
        def handle(event, context):
            left = context.get_remaining_time_in_millis()
            return [event["n"], os.environ["COLOUR"], context.function_name, 0 < left <= 60000]
        """,
        Environment={"Variables": {"COLOUR": "red"}},
    )
    assert invoke(cloud, name, {"n": 1}) == ([1, "red", name, True], None)


def test_a_worker_is_kept_warm_until_its_code_or_configuration_changes(cloud):
    name, client = function(cloud, WHO), cloud.client("lambda")
    first, again = invoke(cloud, name)[0], invoke(cloud, name)[0]
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"A": "1"}})
    changed = invoke(cloud, name)[0]
    client.update_function_code(FunctionName=name, ZipFile=zipped({"handler.py": WHO + "\n"}))
    assert first == again != changed != invoke(cloud, name)[0]


def test_only_boto3_and_the_zip_can_be_imported(cloud):
    name = function(
        cloud,
        """
        import importlib
        def handle(event, context):
            found = []
            for name in ("boto3", "moto", "pytest", "local_cloud", "stagecoach", "pg8000"):
                try:
                    importlib.import_module(name)
                    found.append(name)
                except ImportError:
                    pass
            return found
        """,
    )
    assert invoke(cloud, name)[0] == ["boto3"]


def test_a_function_can_call_the_cloud_and_a_layer(cloud):
    client = cloud.client("lambda")
    content = {"ZipFile": zipped({"python/greet.py": "WORD = 'hello'"})}
    layer = client.publish_layer_version(LayerName="greeting", Content=content)
    source = """
        import boto3, greet
        def handle(event, context):
            return [greet.WORD, boto3.client("sts").get_caller_identity()["Account"]]
    """
    name = function(cloud, source, Layers=[layer["LayerVersionArn"]])
    assert invoke(cloud, name)[0] == ["hello", "123456789012"]


def test_an_exception_is_answered_as_lambda_does(cloud):
    name = function(cloud, "def handle(event, context): raise ValueError('too short')")
    answer, error = invoke(cloud, name)
    assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "too short")
    assert error == "Unhandled"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import nothing_of_this_name", "Runtime.ImportModuleError"),
        ("def handle(event", "Runtime.UserCodeSyntaxError"),
        ("x = 1", "Runtime.HandlerNotFound"),
        ("def handle(event, context): return {1, 2}", "Runtime.MarshalError"),
    ],
)
def test_what_is_wrong_with_the_code_has_lambdas_name(cloud, source, kind):
    assert invoke(cloud, function(cloud, source))[0]["errorType"] == kind


def test_a_function_that_takes_too_long_is_ended(cloud):
    source = "import time\ndef handle(event, context): time.sleep(event)"
    name = function(cloud, source, Timeout=1)
    begun = time.monotonic()
    answer, _ = invoke(cloud, name, 200)
    assert "Task timed out after 1.00 seconds" in answer["errorMessage"]
    assert time.monotonic() - begun < 200
    assert invoke(cloud, name, 0) == (None, None)


@pytest.mark.parametrize("death", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_function_that_dies_is_an_exit_error_and_the_next_one_lives(cloud, death):
    source = f"import os\ndef handle(event, context):\n    if event: {death}\n    return 'alive'"
    name = function(cloud, source)
    assert invoke(cloud, name, 1)[0]["errorType"] == "Runtime.ExitError"
    assert invoke(cloud, name, 0)[0] == "alive"


def test_a_worker_that_is_killed_fails_its_invocation_and_is_replaced(cloud):
    source = "import os, time\ndef handle(event, context): time.sleep(event); return os.getpid()"
    name = function(cloud, source)
    idle = invoke(cloud, name, 0)[0]
    os.kill(idle, signal.SIGKILL)
    assert invoke(cloud, name, 0)[0] != idle
    threading.Thread(target=kill_the_worker, args=(cloud, name)).start()
    assert invoke(cloud, name, 50)[0]["errorType"] == "Runtime.ExitError"


def kill_the_worker(cloud, name):
    def at_work():
        workers = cloud.admin("/_local/workers")
        return [one for one in workers if one["function"].endswith(f":{name}") and one["busy"]]

    os.kill(until(at_work)[0]["pid"], signal.SIGKILL)


def test_many_may_be_invoked_at_once_up_to_the_reserved_concurrency(cloud):
    name = function(
        cloud,
        """
        import os, time
        def handle(event, context):
            time.sleep(0.3)
            return os.getpid()
        """,
    )
    cloud.client("lambda").put_function_concurrency(
        FunctionName=name, ReservedConcurrentExecutions=3
    )
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(invoke(cloud, name)[0])) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert len(set(seen)) == 3


def test_a_reserved_concurrency_of_zero_throttles(cloud):
    name, client = function(cloud, WHO), cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=name)


def test_a_dry_run_runs_nothing(cloud):
    name = function(cloud, "def handle(event, context): raise SystemExit(1)")
    answer = cloud.client("lambda").invoke(FunctionName=name, InvocationType="DryRun")
    assert answer["StatusCode"] == 204


def test_an_asynchronous_failure_is_tried_three_times_then_told(cloud):
    url, queue_arn = queue(cloud)
    name = function(cloud, "def handle(event, context): raise ValueError(event)")
    client = cloud.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": queue_arn}}
    )
    assert client.invoke(FunctionName=name, InvocationType="Event")["StatusCode"] == 202
    (report,) = messages(cloud, url)
    assert report["requestContext"]["approximateInvokeCount"] == 3
    assert report["responsePayload"]["errorType"] == "ValueError"


def test_an_event_that_always_fails_ends_in_the_functions_dead_letters(cloud):
    url, queue_arn = queue(cloud)
    source = "def handle(event, context): raise ValueError(event)"
    name = function(cloud, source, DeadLetterConfig={"TargetArn": queue_arn})
    client = cloud.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 1}')
    assert messages(cloud, url) == [{"n": 1}]


def test_what_is_printed_is_in_the_logs_between_start_and_report(cloud):
    source = "def handle(event, context): print('over here')"
    name = function(cloud, source)
    answer = cloud.client("lambda").invoke(FunctionName=name, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    logs = cloud.client("logs")

    def logged():
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        return [event["message"].split()[0] for event in found]

    assert "over here" in tail
    assert until(logged) == ["INIT_START", "START", "over", "END", "REPORT"]


def test_a_payload_that_is_no_json_is_refused(cloud):
    name, client = function(cloud, WHO), cloud.client("lambda")
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName=name, Payload=b"{")


def test_errors_are_a_metric(cloud):
    name = function(cloud, "def handle(event, context): raise ValueError")
    invoke(cloud, name)
    found = cloud.client("cloudwatch").list_metrics(Namespace="AWS/Lambda", MetricName="Errors")
    values = [pair["Value"] for metric in found["Metrics"] for pair in metric["Dimensions"]]
    assert name in values, json.dumps(values)
