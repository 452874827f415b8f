module "role" {
  source = "../role"

  name        = var.job.name
  description = var.job.does
  service     = "glue"
  may = concat(var.may, local.may_enter_vpc, [
    { sid = "ListCode", actions = ["s3:ListBucket"], resources = [var.runtime.artefacts.arn] },
    { sid = "ReadCode", actions = ["s3:GetObject"], resources = ["${var.runtime.artefacts.arn}/*"] },
    { sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [var.runtime.key_arn] },
    {
      sid       = "SecurityConfiguration"
      actions   = ["glue:GetSecurityConfiguration"]
      resources = ["*"] # no resource of its own, as in modules/catalog
    },
    {
      # With a security configuration Glue appends its name to the group's and makes that group itself.
      # https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging-enable.html
      sid       = "Logs"
      actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
      resources = ["${local.logs_arn}:log-group:${local.log_prefix}*"]
    },
    {
      # CloudWatch knows no resource for metrics, only a namespace.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
      sid       = "Metrics"
      actions   = ["cloudwatch:PutMetricData"]
      resources = ["*"]
      condition = { StringEquals = { "cloudwatch:namespace" = ["Glue"] } }
    },
  ])
}

# What Glue does with the job's role to put the job into a VPC.
locals {
  glue_arn = "arn:${var.place.partition}:glue:${var.place.region}:${var.place.account}"
  ec2_arn  = "arn:${var.place.partition}:ec2:${var.place.region}:${var.place.account}"

  may_enter_vpc = [for statement in local.enter_vpc : statement if length(var.size.connections) > 0]

  enter_vpc = [
    {
      sid     = "Connection"
      actions = ["glue:GetConnection"]
      resources = concat(
        ["${local.glue_arn}:catalog"],
        [for name in var.size.connections : "${local.glue_arn}:connection/${name}"],
      )
    },
    {
      # Glue looks the network up with the job's role, and EC2 has no resources for looking up.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      sid = "SeeVpc"
      actions = [
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpoints",
      ]
      resources = ["*"]
    },
    {
      sid       = "EnterVpc"
      actions   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
      resources = [for kind in ["network-interface", "subnet", "security-group"] : "${local.ec2_arn}:${kind}/*"]
    },
    {
      sid       = "TagInterfaces"
      actions   = ["ec2:CreateTags", "ec2:DeleteTags"]
      resources = ["${local.ec2_arn}:network-interface/*"]
      condition = { "ForAllValues:StringEquals" = { "aws:TagKeys" = ["aws-glue-service-resource"] } }
    },
  ]
}
