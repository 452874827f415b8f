# Redshift Serverless: private, TLS only, its password made and kept by Secrets Manager. It costs by the
# second in which something runs, until the limits below stop it.
resource "aws_redshiftserverless_namespace" "this" {
  namespace_name = var.place.prefix
  db_name        = var.names.database
  kms_key_id     = var.key_arn
  iam_roles      = [var.access.role_arn]
  log_exports    = var.access.logged

  admin_username                   = var.names.admin
  manage_admin_password            = true
  admin_password_secret_kms_key_id = var.key_arn
}

resource "aws_redshiftserverless_workgroup" "this" {
  workgroup_name       = var.place.prefix
  namespace_name       = aws_redshiftserverless_namespace.this.namespace_name
  base_capacity        = var.size.base_rpu
  max_capacity         = var.size.max_rpu
  subnet_ids           = var.access.subnet_ids
  security_group_ids   = var.access.security_group_ids
  publicly_accessible  = false
  enhanced_vpc_routing = true
  port                 = 5439

  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "true"
  }
}

# The day's limit stops it. The month's only warns: a month that is spent on its tenth would stop it for weeks.
resource "aws_redshiftserverless_usage_limit" "compute" {
  for_each = { daily = "deactivate", monthly = "emit-metric" }

  resource_arn  = aws_redshiftserverless_workgroup.this.arn
  usage_type    = "serverless-compute"
  period        = each.key
  amount        = var.size.rpu_hours[each.key]
  breach_action = each.value
}

# Metrics spell the kind of use otherwise than the API: SERVERLESS_COMPUTE.
# https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-monitoring.html
resource "aws_cloudwatch_metric_alarm" "spent" {
  for_each = aws_redshiftserverless_usage_limit.compute

  alarm_name          = "${var.place.prefix}-warehouse-${each.key}"
  alarm_description   = "Redshift Serverless ${var.place.prefix} has used 80 % of its ${each.value.amount} RPU hours (${each.key})."
  namespace           = "AWS/Redshift-Serverless"
  metric_name         = "UsageLimitConsumed"
  dimensions          = { UsageLimitId = each.value.id, UsageType = "SERVERLESS_COMPUTE", Workgroup = var.place.prefix }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = floor(0.8 * each.value.amount)
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
