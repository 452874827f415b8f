import datetime as dt
import json

from tests.local_cloud.making import (
    ROLE,
    arn,
    bucket,
    fresh,
    job,
    messages,
    queue,
    until,
    watch,
)
from tests.local_cloud.test_mail import mail_to, topic_with_mail

DAY = 86400


def jump(cloud, seconds):
    return dt.datetime.fromisoformat(cloud.admin(f"/_local/clock?seconds={seconds}", "POST")["now"])


def test_a_jump_is_answered_with_the_new_time(cloud):
    before = jump(cloud, 0)
    assert dt.timedelta(hours=1) <= jump(cloud, 3600) - before < dt.timedelta(hours=1, minutes=1)


def test_an_objects_event_and_its_listing_tell_the_same_time_after_a_jump(cloud):
    """The sweep finds by the listing what an event tells of too: neither may look newer."""
    jump(cloud, DAY)
    name, s3 = bucket(cloud), cloud.client("s3")
    told = watch(cloud, {"source": ["aws.s3"], "detail": {"bucket": {"name": [name]}}})
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    (event,) = messages(cloud, told)
    listed = s3.list_object_versions(Bucket=name)["Versions"][0]["LastModified"]
    assert abs(dt.datetime.fromisoformat(event["time"]) - listed) < dt.timedelta(seconds=30)


def test_a_rule_fires_on_its_schedule_once_for_a_jump(cloud):
    events, name = cloud.client("events"), fresh("rule")
    url, queue_arn = queue(cloud)
    events.put_rule(Name=name, ScheduleExpression="cron(0 3 * * ? *)")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue_arn}])
    jump(cloud, DAY)
    (event,) = messages(cloud, url)
    assert (event["detail-type"], event["source"]) == ("Scheduled Event", "aws.events")
    events.disable_rule(Name=name)


def test_the_scheduler_sends_its_input_once(cloud):
    client, name = cloud.client("scheduler"), fresh("schedule")
    url, queue_arn = queue(cloud)
    moment = jump(cloud, 0) + dt.timedelta(hours=2)
    client.create_schedule(
        Name=name,
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": queue_arn, "RoleArn": ROLE, "Input": '{"n": 1}'},
    )
    jump(cloud, 3 * 3600)
    assert messages(cloud, url) == [{"n": 1}]
    names = [one["Name"] for one in client.list_schedules()["Schedules"]]
    assert name not in names


def test_the_scheduler_calls_any_operation(cloud):
    name, workflow = fresh("schedule"), fresh("workflow")
    cloud.client("glue").create_workflow(Name=workflow)
    cloud.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression="rate(1 days)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:glue:startWorkflowRun",
            "RoleArn": ROLE,
            "Input": json.dumps({"Name": workflow}),
        },
    )
    until(lambda: jump(cloud, DAY) and started(cloud, workflow))
    cloud.client("scheduler").delete_schedule(Name=name)


def started(cloud, workflow):
    return cloud.client("glue").get_workflow_runs(Name=workflow)["Runs"]


def test_a_scheduled_trigger_starts_its_workflow(cloud):
    glue, workflow, name = cloud.client("glue"), fresh("workflow"), fresh("trigger")
    glue.create_workflow(Name=workflow)
    glue.create_trigger(
        Name=name,
        Type="SCHEDULED",
        WorkflowName=workflow,
        Schedule="cron(0 4 * * ? *)",
        StartOnCreation=True,
        Actions=[{"JobName": job(cloud, "pass")}],
    )
    jump(cloud, DAY)
    assert len(until(lambda: started(cloud, workflow))) == 1
    glue.stop_trigger(Name=name)


def alarm(cloud, topic, **settings):
    name = fresh("alarm")
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        EvaluationPeriods=1,
        Period=60,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        **settings,
    )
    return name


def test_a_logged_error_becomes_a_metric_an_alarm_and_a_mail(cloud):
    topic, reader, _ = topic_with_mail(cloud)
    logs, group = cloud.client("logs"), fresh("group")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    metric = {"metricName": group, "metricNamespace": "Test", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=group,
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[metric],
    )
    name = alarm(cloud, topic, Namespace="Test", MetricName=group, Statistic="Sum")
    line = {"timestamp": int(dt.datetime.now().timestamp() * 1000), "message": "ERROR it broke"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[line])
    (mail,) = until(lambda: mail_to(cloud, reader))
    assert mail["subject"].startswith(f'ALARM: "{name}"')


def test_an_alarm_sees_messages_in_a_dead_letter_queue_and_that_they_went(cloud):
    topic, reader, _ = topic_with_mail(cloud)
    url, queue_arn = queue(cloud)
    name = alarm(
        cloud,
        topic,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Statistic="Maximum",
        Dimensions=[{"Name": "QueueName", "Value": queue_arn.rpartition(":")[2]}],
    )
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="dead")
    (mail,) = until(lambda: mail_to(cloud, reader))
    assert json.loads(mail["body"])["NewStateValue"] == "ALARM"
    cloud.client("sqs").purge_queue(QueueUrl=url)

    def state():
        found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return found[0]["StateValue"]

    until(lambda: state() == "OK")
    assert arn("sns", topic.rpartition(":")[2]) == topic
