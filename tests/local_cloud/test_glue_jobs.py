import os
import signal

import psutil
import pytest

from tests.local_cloud.making import (
    arn,
    bucket,
    ended,
    fresh,
    function,
    invoke,
    job,
    messages,
    queue,
    rule,
    run,
    until,
    watch,
    zipped,
)

SLEEP = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n"


def begin(cloud, name, **settings):
    return cloud.client("glue").start_job_run(JobName=name, **settings)["JobRunId"]


def printed(cloud, run_id, group="output"):
    about = {"logGroupName": f"/aws-glue/jobs/{group}", "logStreamName": run_id}
    events = cloud.client("logs").get_log_events(**about, startFromHead=True)["events"]
    return [event["message"] for event in events]


def pid_of(cloud, run_id):
    found = [one for one in cloud.admin("/_local/runs") if one["run"] == run_id]
    return found[0]["pid"] if found else None


def test_a_run_merges_its_arguments_and_knows_its_names(cloud):
    name = job(cloud, "import sys; print(*sys.argv[1:])", DefaultArguments={"--A": "1", "--B": "2"})
    done = run(cloud, name, Arguments={"--B": "9"})
    assert done["JobRunState"] == "SUCCEEDED"
    assert done["Arguments"]["--B"] == "9"
    (line,) = printed(cloud, done["Id"])
    assert line == f"--A 1 --B 9 --JOB_NAME {name} --JOB_RUN_ID {done['Id']}"


def test_a_failed_run_says_its_last_exception(cloud):
    done = run(cloud, job(cloud, "print('begun')\nraise ValueError('bad input file')"))
    assert (done["JobRunState"], done["ErrorMessage"]) == ("FAILED", "ValueError: bad input file")
    assert printed(cloud, done["Id"], "error")[-1] == "ValueError: bad input file"


def test_a_job_without_its_script_fails_with_its_name(cloud):
    name = fresh("job")
    command = {"Name": "glueetl", "ScriptLocation": "s3://nowhere/gone.py"}
    cloud.client("glue").create_job(Name=name, Role=arn("iam", "role/x"), Command=command)
    done = run(cloud, name)
    assert done["JobRunState"] == "FAILED"
    assert "s3://nowhere/gone.py does not exist" in done["ErrorMessage"]


def test_libraries_come_from_extra_py_files_and_the_environment_is_clean(cloud):
    libraries = bucket(cloud, events=False)
    body = zipped({"shelf/__init__.py": "WORD = 'hello'"})
    cloud.client("s3").put_object(Bucket=libraries, Key="shelf.zip", Body=body)
    source = "import os, shelf; print(shelf.WORD, 'PYTEST_CURRENT_TEST' in os.environ)"
    extra = {"--extra-py-files": f"s3://{libraries}/shelf.zip"}
    assert printed(cloud, run(cloud, job(cloud, source, DefaultArguments=extra))["Id"]) == [
        "hello False"
    ]


def test_logs_can_be_read_while_the_job_runs(cloud):
    name = job(cloud, SLEEP)
    run_id = begin(cloud, name)
    until(lambda: pid_of(cloud, run_id) and printed(cloud, run_id) == ["begun"])
    state = cloud.client("glue").get_job_run(JobName=name, RunId=run_id)["JobRun"]
    assert state["JobRunState"] == "RUNNING"
    assert "CompletedOn" not in state
    cloud.client("glue").batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    assert ended(cloud, name, run_id)["JobRunState"] == "STOPPED"


def test_a_job_runs_no_more_often_at_once_than_it_may(cloud):
    name, glue = job(cloud, SLEEP), cloud.client("glue")
    run_id = begin(cloud, name)
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        glue.start_job_run(JobName=name)
    glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    ended(cloud, name, run_id)


def test_a_killed_run_is_failed_at_once_and_told(cloud):
    name = job(cloud, SLEEP)
    told = watch(cloud, {"source": ["aws.glue"], "detail": {"jobName": [name]}})
    run_id = begin(cloud, name)
    os.kill(until(lambda: pid_of(cloud, run_id)), signal.SIGKILL)
    done = ended(cloud, name, run_id)
    assert done["JobRunState"] == "FAILED"
    assert "signal 9" in done["ErrorMessage"]
    states = [event["detail"]["state"] for event in messages(cloud, told, 2)]
    assert sorted(states) == ["FAILED", "RUNNING"]


def test_a_failed_run_is_retried_as_a_new_attempt(cloud):
    name = job(cloud, "raise ValueError", MaxRetries=1)
    first = run(cloud, name)
    runs = until(lambda: two_ended(cloud, name))
    assert [one["Attempt"] for one in runs] == [1, 0]
    assert runs[0]["Id"] == f"{first['Id']}_attempt_1"
    assert runs[0]["PreviousRunId"] == first["Id"]


def two_ended(cloud, name):
    runs = cloud.client("glue").get_job_runs(JobName=name)["JobRuns"]
    return runs if len(runs) == 2 and all("CompletedOn" in one for one in runs) else None


def test_a_run_that_takes_longer_than_its_timeout_ends(cloud):
    name = job(cloud, SLEEP)
    run_id = begin(cloud, name, Timeout=1)
    until(lambda: pid_of(cloud, run_id))
    cloud.admin("/_local/clock?seconds=61", "POST")
    assert ended(cloud, name, run_id)["JobRunState"] == "TIMEOUT"


def test_more_than_two_runs_wait(cloud):
    names, glue = [job(cloud, SLEEP) for _ in range(3)], cloud.client("glue")
    runs = {name: begin(cloud, name) for name in names}

    def states():
        return sorted(
            glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]["JobRunState"]
            for name, run_id in runs.items()
        )

    until(lambda: states() == ["RUNNING", "RUNNING", "WAITING"])
    for name, run_id in runs.items():
        glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    assert {ended(cloud, *one)["JobRunState"] for one in runs.items()} == {"STOPPED"}


def test_stopping_what_has_ended_is_an_error_of_its_own(cloud):
    name = job(cloud, "pass")
    done = run(cloud, name)
    answer = cloud.client("glue").batch_stop_job_run(JobName=name, JobRunIds=[done["Id"], "none"])
    assert answer["SuccessfulSubmissions"] == []
    assert len(answer["Errors"]) == 2


def test_an_event_can_lead_through_a_queue_and_a_function_to_a_job(cloud):
    name = job(cloud, "import sys; print(sys.argv[2])")
    source = f"""
        import boto3, json
        def handle(event, context):
            key = json.loads(event["Records"][0]["body"])["detail"]["object"]["key"]
            boto3.client("glue").start_job_run(JobName="{name}", Arguments={{"--KEY": key}})
    """
    _, queue_arn = queue(cloud)
    handler, landing = function(cloud, source), bucket(cloud)
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=handler, EventSourceArn=queue_arn
    )
    rule(cloud, {"detail": {"bucket": {"name": [landing]}}}, {"Arn": queue_arn})
    cloud.client("s3").put_object(Bucket=landing, Key="in/a.csv", Body=b"1")
    runs = until(lambda: cloud.client("glue").get_job_runs(JobName=name)["JobRuns"])
    assert ended(cloud, name, runs[0]["Id"])["JobRunState"] == "SUCCEEDED"
    assert printed(cloud, runs[0]["Id"]) == ["in/a.csv"]


def test_spark_reads_and_writes_the_objects_of_s3(cloud):
    where, s3 = bucket(cloud), cloud.client("s3")
    s3.put_object(Bucket=where, Key="in/a.csv", Body=b"id,at\n1,x\n2,y\n")
    told = watch(cloud, {"detail": {"bucket": {"name": [where]}}})
    source = f"""
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.getOrCreate()
        rows = spark.read.option("header", True).csv("s3://{where}/in/")
        rows.coalesce(1).write.partitionBy("at").parquet("s3a://{where}/out/t")
        print(spark.read.parquet("s3://{where}/out/t").count())
    """
    done = run(cloud, job(cloud, source))
    assert (done["JobRunState"], done.get("ErrorMessage")) == ("SUCCEEDED", None)
    assert printed(cloud, done["Id"]) == ["2"]
    found = s3.list_objects_v2(Bucket=where, Prefix="out/")["Contents"]
    keys = sorted(one["Key"].rpartition("/")[0] for one in found)
    assert keys == ["out/t/at=x", "out/t/at=y"]
    assert len(messages(cloud, told, 2)) == 2


def test_a_function_may_start_a_run_that_is_asked_for_at_once(cloud):
    name = job(cloud, "pass")
    source = f"""
        import boto3
        def handle(event, context):
            glue = boto3.client("glue")
            run = glue.start_job_run(JobName="{name}")["JobRunId"]
            return glue.get_job_run(JobName="{name}", RunId=run)["JobRun"]["Attempt"]
    """
    assert invoke(cloud, function(cloud, source)) == (0, None)


def test_what_ran_when_the_cloud_was_killed_is_failed_and_told_by_the_next(start):
    first = start()
    name = job(first, SLEEP)
    told = watch(first, {"source": ["aws.glue"], "detail": {"jobName": [name]}})
    run_id = begin(first, name)
    assert messages(first, told)[0]["detail"]["state"] == "RUNNING"
    pid = until(lambda: pid_of(first, run_id))
    first.admin("/_local/save", "POST")
    first.stop(signal.SIGKILL)
    second = start()
    done = ended(second, name, run_id)
    assert (done["JobRunState"], done["ErrorMessage"]) == ("FAILED", "the local cloud restarted")
    assert messages(second, told)[0]["detail"]["state"] == "FAILED"
    until(lambda: not psutil.pid_exists(pid))
