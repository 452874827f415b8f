# Identities of the right shape: the provider checks ARNs even when it is mocked.
mock_data "aws_caller_identity" {
  defaults = { account_id = "111122223333" }
}
mock_data "aws_partition" {
  defaults = { partition = "aws" }
}
mock_data "aws_region" {
  defaults = { name = "eu-west-1" }
}
mock_data "aws_availability_zones" {
  defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
}
mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000" }
}
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
}
mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mock", id = "mock" }
}
mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-west-1:111122223333:mock"
    id  = "https://sqs.eu-west-1.amazonaws.com/111122223333/mock"
  }
}
mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-west-1:111122223333:mock" }
}
mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:mock" }
}
mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/mock" }
}
mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:mock" }
}
mock_resource "aws_glue_workflow" {
  defaults = { arn = "arn:aws:glue:eu-west-1:111122223333:workflow/mock" }
}
mock_resource "aws_db_instance" {
  defaults = {
    address            = "mock.eu-west-1.rds.amazonaws.com"
    port               = 5432
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-abcdef" }]
  }
}
mock_resource "aws_security_group" {
  defaults = { id = "sg-0123456789abcdef0" }
}
mock_resource "aws_vpc_endpoint" {
  defaults = { prefix_list_id = "pl-01234567" }
}
mock_resource "aws_redshift_cluster" {
  defaults = {
    arn                        = "arn:aws:redshift:eu-west-1:111122223333:cluster:mock"
    cluster_namespace_arn      = "arn:aws:redshift:eu-west-1:111122223333:namespace:mock"
    dns_name                   = "mock.eu-west-1.redshift.amazonaws.com"
    master_password_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-redshift"
  }
}
mock_resource "aws_redshiftserverless_namespace" {
  defaults = {
    namespace_id              = "00000000-0000-0000-0000-000000000000"
    admin_password_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-serverless"
  }
}
mock_resource "aws_redshiftserverless_workgroup" {
  defaults = {
    arn      = "arn:aws:redshift-serverless:eu-west-1:111122223333:workgroup/00000000-0000-0000-0000-000000000000"
    endpoint = [{ address = "mock.eu-west-1.redshift-serverless.amazonaws.com", port = 5439, vpc_endpoint = [] }]
  }
}
