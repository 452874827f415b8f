"""What moto answered differently from AWS when the estate was applied, planned and destroyed."""

import json

from tests.local_cloud.making import queue

ALLOW = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:::q"]})

POLICY = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:Purge"}]})


def attributes(cloud, url):
    return cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]


def test_who_may_redrive_is_kept_and_taken_away(cloud):
    sqs, (url, _) = cloud.client("sqs"), queue(cloud)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ALLOW})
    assert json.loads(attributes(cloud, url)["RedriveAllowPolicy"]) == json.loads(ALLOW)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
    assert "RedriveAllowPolicy" not in attributes(cloud, url)


def test_setting_one_attribute_keeps_the_policy(cloud):
    sqs, (url, _) = cloud.client("sqs"), queue(cloud)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": POLICY})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    assert json.loads(attributes(cloud, url)["Policy"]) == json.loads(POLICY)


def test_a_rule_that_refers_to_a_group_keeps_its_description(cloud):
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    pair = {"GroupId": group, "Description": "workers of one job"}
    rule = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "UserIdGroupPairs": [pair]}
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    found = ec2.describe_security_group_rules(
        SecurityGroupRuleIds=[made["SecurityGroupRules"][0]["SecurityGroupRuleId"]]
    )
    assert found["SecurityGroupRules"][0]["Description"] == "workers of one job"
