import json

from tests.local_cloud.making import fresh, rule, until


def topic_with_mail(cloud, **attributes):
    sns, name = cloud.client("sns"), fresh("topic")
    topic = sns.create_topic(Name=name)["TopicArn"]
    reader = f"{name}@example.org"
    made = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=reader, Attributes=attributes)[
        "SubscriptionArn"
    ]
    return topic, reader, made


def mail_to(cloud, reader):
    return [mail for mail in cloud.admin("/_local/mailbox") if mail["to"] == reader]


def test_a_published_mail_is_in_the_mailbox(cloud):
    topic, reader, _ = topic_with_mail(cloud)
    cloud.client("sns").publish(TopicArn=topic, Subject="load failed", Message="flights, load 7")
    (mail,) = mail_to(cloud, reader)
    assert mail.pop("time")
    assert mail == {
        "to": reader,
        "topic": topic,
        "subject": "load failed",
        "body": "flights, load 7",
    }


def test_a_subscription_needs_no_confirmation(cloud):
    _, _, made = topic_with_mail(cloud)
    found = cloud.client("sns").get_subscription_attributes(SubscriptionArn=made)
    assert found["Attributes"]["PendingConfirmation"] == "false"


def test_a_filter_policy_keeps_mail_out(cloud):
    policy = json.dumps({"kind": ["failure"]})
    topic, reader, _ = topic_with_mail(cloud, FilterPolicy=policy)
    for kind in ("success", "failure"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        cloud.client("sns").publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)
    assert [mail["body"] for mail in mail_to(cloud, reader)] == ["failure"]


def test_a_rule_can_send_mail(cloud):
    topic, reader, _ = topic_with_mail(cloud)
    source = fresh("source")
    rule(cloud, {"source": [source]}, {"Arn": topic, "InputPath": "$.detail.text"})
    entry = {"Source": source, "DetailType": "told", "Detail": '{"text": "hello"}'}
    cloud.client("events").put_events(Entries=[entry])
    assert until(lambda: mail_to(cloud, reader))[0]["body"] == '"hello"'


def test_mail_is_kept_when_the_cloud_starts_again(start):
    first = start()
    topic, reader, _ = topic_with_mail(first)
    first.client("sns").publish(TopicArn=topic, Message="kept")
    first.stop()
    assert [mail["body"] for mail in mail_to(start(), reader)] == ["kept"]
