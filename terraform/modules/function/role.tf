module "role" {
  source = "../role"

  name        = local.name
  description = var.function.does
  service     = "lambda"
  may = concat(var.may, [for right in local.enter_vpc : right if !var.function.online], [
    {
      sid       = "Logs"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
    },
    { sid = "DeadLetters", actions = ["sqs:SendMessage"], resources = [aws_sqs_queue.dead.arn] },
    { sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [var.runtime.key_arn] },
    {
      # X-Ray knows no resource for these.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
      sid       = "Traces"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"]
    },
  ])
}

locals {
  enter_vpc = [
    {
      # Lambda asks with the function's role, before there is an interface to name.
      # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
      sid       = "EnterVpc"
      actions   = local.vpc_actions
      resources = ["*"]
    },
    {
      # The same page: the code itself has no business with them.
      sid       = "OnlyLambdaEntersVpc"
      effect    = "Deny"
      actions   = local.vpc_actions
      resources = ["*"]
      condition = { ArnEquals = { "lambda:SourceFunctionArn" = [local.arn] } }
    },
  ]

  vpc_actions = [
    "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ]
}
