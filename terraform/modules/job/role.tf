module "role" {
  source = "../role"

  name        = var.job.name
  description = var.job.does
  service     = "glue"
  may = concat(var.may, [
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
