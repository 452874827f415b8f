import json

from tests.local_cloud.making import arn, bucket, fresh, messages, queue, rule, until, watch

S3 = {"source": ["aws.s3"]}


def of(name):
    return {**S3, "detail": {"bucket": {"name": [name]}}}


def test_an_object_put_is_told_in_the_shape_of_aws(cloud):
    name, s3 = bucket(cloud), cloud.client("s3")
    told = watch(cloud, of(name))
    put = s3.put_object(Bucket=name, Key="in/a b+é.csv", Body=b"1,2\n")
    (event,) = messages(cloud, told)
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["reason"] == "PutObject"
    thing = event["detail"]["object"]
    assert thing.pop("sequencer") > "0" * 16
    assert thing == {
        "key": "in/a b+é.csv",
        "size": 4,
        "etag": put["ETag"].strip('"'),
        "version-id": put["VersionId"],
    }


def test_versions_of_one_key_have_rising_sequencers(cloud):
    name, s3 = bucket(cloud), cloud.client("s3")
    told = watch(cloud, of(name))
    versions = [s3.put_object(Bucket=name, Key="a", Body=b"x")["VersionId"] for _ in range(5)]
    events = [event["detail"]["object"] for event in messages(cloud, told, 5)]
    in_order = sorted(events, key=lambda thing: thing["sequencer"])
    assert [thing["version-id"] for thing in in_order] == versions


def test_a_multipart_upload_is_one_event(cloud):
    name, s3 = bucket(cloud), cloud.client("s3")
    told = watch(cloud, of(name))
    upload = s3.create_multipart_upload(Bucket=name, Key="big")["UploadId"]
    about = {"Bucket": name, "Key": "big", "UploadId": upload}
    etag = s3.upload_part(**about, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(**about, MultipartUpload=parts)
    s3.put_object(Bucket=name, Key="last", Body=b"")
    reasons = [event["detail"]["reason"] for event in messages(cloud, told, 2)]
    assert sorted(reasons) == ["CompleteMultipartUpload", "PutObject"]


def test_a_copy_and_a_delete_say_what_they_are(cloud):
    name, s3 = bucket(cloud), cloud.client("s3")
    told = watch(cloud, of(name))
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    s3.copy_object(Bucket=name, Key="b", CopySource={"Bucket": name, "Key": "a"})
    s3.delete_object(Bucket=name, Key="a")
    events = messages(cloud, told, 3)
    assert sorted(event["detail"]["reason"] for event in events) == [
        "CopyObject",
        "DeleteObject",
        "PutObject",
    ]
    gone = [event["detail"].get("deletion-type") for event in events]
    assert "Delete Marker Created" in gone


def test_a_queue_is_notified_by_s3_itself(cloud):
    name, s3 = bucket(cloud, events=False), cloud.client("s3")
    url, queue_arn = queue(cloud)
    wanted = {"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"QueueConfigurations": [wanted]}
    )
    s3.put_object(Bucket=name, Key="a b.csv", Body=b"x")
    told = messages(cloud, url, 2)  # the first is S3's own test event
    (record,) = next(one for one in told if "Records" in one)["Records"]
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["object"]["key"] == "a+b.csv"


def test_a_disabled_rule_delivers_nothing(cloud):
    url, queue_arn = queue(cloud)
    pattern = {"source": [fresh("source")]}
    rule(cloud, pattern, {"Arn": queue_arn}, State="DISABLED")
    rule(cloud, pattern, {"Arn": queue_arn, "Input": '"the other"'})
    put(cloud, pattern)
    assert messages(cloud, url) == ["the other"]


def put(cloud, pattern, detail=None, bus="default"):
    entry = {"Source": pattern["source"][0], "DetailType": "told", "EventBusName": bus}
    cloud.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail or {})}])


def test_only_rules_of_its_bus_see_an_event(cloud):
    here, here_arn = queue(cloud)
    there, there_arn = queue(cloud)
    bus = fresh("bus")
    cloud.client("events").create_event_bus(Name=bus)
    pattern = {"source": [fresh("source")]}
    rule(cloud, pattern, {"Arn": here_arn})
    rule(cloud, pattern, {"Arn": there_arn}, EventBusName=bus)
    put(cloud, pattern, {"n": 1}, bus)
    put(cloud, pattern, {"n": 2})
    assert messages(cloud, there)[0]["detail"] == {"n": 1}
    assert messages(cloud, here)[0]["detail"] == {"n": 2}


def test_a_target_may_get_a_part_of_the_event_or_a_text_made_of_it(cloud):
    pattern = {"source": [fresh("source")]}
    url, queue_arn = queue(cloud)
    transformer = {
        "InputPathsMap": {"n": "$.detail.n", "kind": "$.detail-type"},
        "InputTemplate": '{"say": "<kind> \\"<n>\\"", "n": <n>, "kind": <kind>}',
    }
    rule(cloud, pattern, {"Arn": queue_arn, "InputPath": "$.detail"})
    rule(cloud, pattern, {"Arn": queue_arn, "InputTransformer": transformer})
    put(cloud, pattern, {"n": 7})
    got = sorted(messages(cloud, url, 2), key=len)
    assert got == [{"n": 7}, {"say": 'told "7"', "n": 7, "kind": "told"}]


def test_what_cannot_be_delivered_ends_in_the_dead_letter_queue(cloud):
    dead, dead_arn = queue(cloud)
    pattern = {"source": [fresh("source")]}
    target = {"Arn": arn("sqs", "nowhere"), "DeadLetterConfig": {"Arn": dead_arn}}
    rule(cloud, pattern, {**target, "RetryPolicy": {"MaximumRetryAttempts": 1}})
    put(cloud, pattern, {"n": 1})
    assert messages(cloud, dead)[0]["detail"] == {"n": 1}


def test_deliveries_are_listed(cloud):
    pattern = {"source": [fresh("source")]}
    _, queue_arn = queue(cloud)
    name = rule(cloud, pattern, {"Arn": queue_arn})
    put(cloud, pattern)

    def listed():
        return [one for one in cloud.admin("/_local/deliveries") if one["rule"] == name]

    (delivery,) = until(listed)
    assert (delivery["target"], delivery["outcome"]) == (queue_arn, "delivered")
