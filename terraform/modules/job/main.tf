# A Glue job and its consequences: role, log, alarm.
locals {
  log_prefix = "/aws-glue/jobs/${var.job.name}"
  logs_arn   = "arn:${var.place.partition}:logs:${var.place.region}:${var.place.account}"
  code       = "s3://${var.runtime.artefacts.name}"
}

resource "aws_glue_job" "this" {
  name                   = var.job.name
  description            = var.job.does
  role_arn               = module.role.arn
  glue_version           = "5.1"
  worker_type            = var.size.worker_type
  number_of_workers      = var.size.workers
  timeout                = var.size.timeout_minutes
  max_retries            = 0 # the ledger retries, and knows when not to
  connections            = var.size.connections
  security_configuration = var.runtime.security_configuration

  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = "${local.code}/glue_jobs/${var.job.script}"
  }

  execution_property {
    max_concurrent_runs = 1
  }

  default_arguments = merge(
    { for name, value in var.settings : "--${name}" => value },
    {
      "--job-language"                 = "python"
      "--extra-py-files"               = "${local.code}/stagecoach.zip"
      "--job-bookmark-option"          = "job-bookmark-disable"
      "--enable-job-insights"          = "true"
      "--enable-metrics"               = "true"
      "--enable-observability-metrics" = "true"
      "--custom-logGroup-prefix"       = local.log_prefix
    },
  )
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["output", "error"])

  name              = "${local.log_prefix}/${each.key}"
  retention_in_days = var.runtime.log_days
  kms_key_id        = var.runtime.key_arn
}

# Each failed load has its own mail already. More failures in an hour than one load has attempts (three)
# mean that the job is broken and not a file.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.job.name}-errors"
  alarm_description   = "Job ${var.job.name} failed more than three times in an hour; read ${local.log_prefix}/error."
  namespace           = "Glue"
  metric_name         = "glue.error.ALL"
  dimensions          = { JobName = var.job.name, JobRunId = "ALL", Type = "count", ObservabilityGroup = "error" }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.runtime.topic_arn]
}
