import json
import signal

import pytest

from tests.local_cloud.making import arn, bucket, fresh, job, rule, until

GOOD, BAD, SLOW = "pass", "raise ValueError('no')", "import time; time.sleep(600)"


def trigger(cloud, workflow, kind, actions, **settings):
    wanted = {"StartOnCreation": True} if kind == "CONDITIONAL" else {}
    cloud.client("glue").create_trigger(
        Name=fresh("trigger"),
        Type=kind,
        WorkflowName=workflow,
        Actions=[{"JobName": name} if isinstance(name, str) else name for name in actions],
        **wanted,
        **settings,
    )


def when(logical="AND", **states):
    conditions = [
        {"LogicalOperator": "EQUALS", "JobName": name, "State": state}
        for name, state in states.items()
    ]
    return {"Logical": logical, "Conditions": conditions}


def workflow(cloud, **settings):
    name = fresh("workflow")
    cloud.client("glue").create_workflow(Name=name, **settings)
    return name


def finished(cloud, name, run_id, graph=False):
    glue = cloud.client("glue")

    def look():
        run = glue.get_workflow_run(Name=name, RunId=run_id, IncludeGraph=graph)["Run"]
        return run if run["Status"] not in ("RUNNING", "STOPPING") else None

    return until(look)


def start_run(cloud, name, **properties):
    return cloud.client("glue").start_workflow_run(Name=name, RunProperties=properties)["RunId"]


def test_a_job_follows_another_that_succeeded(cloud):
    name, first, second = workflow(cloud), job(cloud, GOOD), job(cloud, GOOD)
    trigger(cloud, name, "ON_DEMAND", [first])
    trigger(cloud, name, "CONDITIONAL", [second], Predicate=when(**{first: "SUCCEEDED"}))
    run = finished(cloud, name, start_run(cloud, name), graph=True)
    assert (run["Status"], run["Statistics"]["SucceededActions"]) == ("COMPLETED", 2)
    nodes = {node["Name"]: node for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"}
    states = {one: nodes[one]["JobDetails"]["JobRuns"][0]["JobRunState"] for one in nodes}
    assert states == {first: "SUCCEEDED", second: "SUCCEEDED"}
    assert len(run["Graph"]["Edges"]) == 3


def test_what_depends_on_a_failed_job_never_starts(cloud):
    name, first, second = workflow(cloud), job(cloud, BAD), job(cloud, GOOD)
    trigger(cloud, name, "ON_DEMAND", [first])
    trigger(cloud, name, "CONDITIONAL", [second], Predicate=when(**{first: "SUCCEEDED"}))
    run = finished(cloud, name, start_run(cloud, name))
    assert (run["Status"], run["Statistics"]["FailedActions"]) == ("COMPLETED", 1)
    assert cloud.client("glue").get_job_runs(JobName=second)["JobRuns"] == []


def test_any_of_several_ends_may_start_a_job_and_only_once(cloud):
    name, good, bad, last = workflow(cloud), job(cloud, GOOD), job(cloud, BAD), job(cloud, GOOD)
    trigger(cloud, name, "ON_DEMAND", [good, bad])
    states = {good: "SUCCEEDED", bad: "FAILED"}
    trigger(cloud, name, "CONDITIONAL", [last], Predicate=when("ANY", **states))
    finished(cloud, name, start_run(cloud, name))
    assert len(cloud.client("glue").get_job_runs(JobName=last)["JobRuns"]) == 1


def test_all_of_several_ends_are_waited_for(cloud):
    name, good, bad, last = workflow(cloud), job(cloud, GOOD), job(cloud, BAD), job(cloud, GOOD)
    trigger(cloud, name, "ON_DEMAND", [good, bad])
    states = {good: "SUCCEEDED", bad: "SUCCEEDED"}
    trigger(cloud, name, "CONDITIONAL", [last], Predicate=when(**states))
    run = finished(cloud, name, start_run(cloud, name))
    assert run["Statistics"]["TotalActions"] == 2


def test_jobs_share_the_properties_of_their_run(cloud):
    source = """
        import sys, boto3
        given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
        about = {"Name": given["--WORKFLOW_NAME"], "RunId": given["--WORKFLOW_RUN_ID"]}
        glue = boto3.client("glue")
        found = glue.get_workflow_run_properties(**about)["RunProperties"]
        glue.put_workflow_run_properties(**about, RunProperties={"seen": found["load_id"]})
    """
    name = workflow(cloud, DefaultRunProperties={"load_id": "none", "kept": "yes"})
    trigger(cloud, name, "ON_DEMAND", [job(cloud, source)])
    run = finished(cloud, name, start_run(cloud, name, load_id="7f3a"))
    wanted = {"load_id": "7f3a", "kept": "yes", "seen": "7f3a"}
    assert run["WorkflowRunProperties"] == wanted


def test_a_workflow_runs_no_more_often_at_once_than_it_may(cloud):
    name, glue = workflow(cloud, MaxConcurrentRuns=1), cloud.client("glue")
    trigger(cloud, name, "ON_DEMAND", [job(cloud, SLOW)])
    run_id = start_run(cloud, name)
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        glue.start_workflow_run(Name=name)
    glue.stop_workflow_run(Name=name, RunId=run_id)
    run = finished(cloud, name, run_id)
    assert (run["Status"], run["Statistics"]["StoppedActions"]) == ("STOPPED", 1)


def test_runs_are_listed_newest_first(cloud):
    name = workflow(cloud)
    ids = [start_run(cloud, name) for _ in range(3)]
    runs = cloud.client("glue").get_workflow_runs(Name=name)["Runs"]
    assert [run["WorkflowRunId"] for run in runs] == ids[::-1]
    assert {run["Status"] for run in runs} == {"COMPLETED"}


def test_runs_are_listed_in_pages(cloud):
    name = workflow(cloud)
    runs = [start_run(cloud, name) for _ in range(5)]
    found = cloud.client("glue").get_workflow_runs(Name=name, MaxResults=2)
    listed = [run["WorkflowRunId"] for run in found["Runs"]]
    while token := found.get("NextToken"):
        found = cloud.client("glue").get_workflow_runs(Name=name, MaxResults=2, NextToken=token)
        listed += [run["WorkflowRunId"] for run in found["Runs"]]
    assert listed == runs[::-1]


def test_a_crawler_and_a_job_wait_for_each_other(cloud):
    glue, where, name = cloud.client("glue"), bucket(cloud), workflow(cloud)
    cloud.client("s3").put_object(Bucket=where, Key="t/a.csv", Body=b"id,name\n1,x\n")
    database, crawler = fresh("database"), fresh("crawler")
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"S3Targets": [{"Path": f"s3://{where}/t/"}]}
    glue.create_crawler(Name=crawler, Role="any", DatabaseName=database, Targets=targets)
    first, last = job(cloud, GOOD), job(cloud, GOOD)
    trigger(cloud, name, "ON_DEMAND", [first])
    action = {"CrawlerName": crawler}
    trigger(cloud, name, "CONDITIONAL", [action], Predicate=when(**{first: "SUCCEEDED"}))
    crawled = {"LogicalOperator": "EQUALS", "CrawlerName": crawler, "CrawlState": "SUCCEEDED"}
    trigger(
        cloud, name, "CONDITIONAL", [last], Predicate={"Logical": "AND", "Conditions": [crawled]}
    )
    run = finished(cloud, name, start_run(cloud, name), graph=True)
    assert run["Statistics"]["SucceededActions"] == 3
    (node,) = [one for one in run["Graph"]["Nodes"] if one["Type"] == "CRAWLER"]
    assert node["CrawlerDetails"]["Crawls"][0]["State"] == "SUCCEEDED"


def test_a_batch_of_events_starts_one_run(cloud):
    name, where = workflow(cloud), bucket(cloud)
    trigger(cloud, name, "EVENT", [job(cloud, GOOD)], EventBatchingCondition={"BatchSize": 2})
    target = {"Arn": arn("glue", f"workflow/{name}"), "RoleArn": arn("iam", "role/x")}
    rule(cloud, {"detail": {"bucket": {"name": [where]}}}, target)
    for key in ("a", "b"):
        cloud.client("s3").put_object(Bucket=where, Key=key, Body=b"x")
    (run,) = until(lambda: cloud.client("glue").get_workflow_runs(Name=name)["Runs"])
    properties = finished(cloud, name, run["WorkflowRunId"])["WorkflowRunProperties"]
    assert len(json.loads(properties["aws:eventIds"])) == 2


def test_a_job_that_cannot_start_is_an_error_of_the_run(cloud):
    name = workflow(cloud)
    trigger(cloud, name, "ON_DEMAND", ["no-such-job"])
    run = finished(cloud, name, start_run(cloud, name))
    assert run["Statistics"]["ErroredActions"] == 1


def test_a_run_can_be_resumed_from_the_job_that_failed(cloud):
    glue, name = cloud.client("glue"), workflow(cloud)
    source = "import boto3, sys; boto3.client('s3').head_bucket(Bucket=sys.argv[2])"
    first, last, needed = job(cloud, GOOD), job(cloud, GOOD), fresh("needed")
    middle = job(cloud, source, DefaultArguments={"--BUCKET": needed})
    trigger(cloud, name, "ON_DEMAND", [first])
    trigger(cloud, name, "CONDITIONAL", [middle], Predicate=when(**{first: "SUCCEEDED"}))
    trigger(cloud, name, "CONDITIONAL", [last], Predicate=when(**{middle: "SUCCEEDED"}))
    run = finished(cloud, name, start_run(cloud, name), graph=True)
    (node,) = [one["UniqueId"] for one in run["Graph"]["Nodes"] if one["Name"] == middle]
    cloud.client("s3").create_bucket(Bucket=needed)
    about = {"Name": name, "RunId": run["WorkflowRunId"], "NodeIds": [node]}
    resumed = finished(cloud, name, glue.resume_workflow_run(**about)["RunId"])
    assert resumed["PreviousRunId"] == run["WorkflowRunId"]
    assert resumed["Statistics"]["SucceededActions"] == 3
    assert len(glue.get_job_runs(JobName=first)["JobRuns"]) == 1


def test_outside_workflows_a_trigger_follows_what_a_trigger_started(cloud):
    glue, first, second = cloud.client("glue"), job(cloud, GOOD), job(cloud, GOOD)
    begin, follow = fresh("trigger"), fresh("trigger")
    glue.create_trigger(Name=begin, Type="ON_DEMAND", Actions=[{"JobName": first}])
    glue.create_trigger(
        Name=follow,
        Type="CONDITIONAL",
        StartOnCreation=True,
        Actions=[{"JobName": second}],
        Predicate=when(**{first: "SUCCEEDED"}),
    )
    glue.start_trigger(Name=begin)
    assert until(lambda: glue.get_job_runs(JobName=second)["JobRuns"])[0]["TriggerName"] == follow


def test_a_workflow_run_ends_when_the_cloud_was_killed_in_it(start):
    first = start()
    name, slow, after = workflow(first), job(first, SLOW), job(first, GOOD)
    trigger(first, name, "ON_DEMAND", [slow])
    trigger(first, name, "CONDITIONAL", [after], Predicate=when(**{slow: "SUCCEEDED"}))
    run_id = start_run(first, name)
    until(lambda: any(one["pid"] for one in first.admin("/_local/runs")))
    first.admin("/_local/save", "POST")
    first.stop(signal.SIGKILL)
    run = finished(start(), name, run_id)
    assert (run["Status"], run["Statistics"]["FailedActions"]) == ("COMPLETED", 1)
