# A cluster that sleeps sends no metrics, so silence is no alarm; the ledger tells of what waits too long.
locals {
  alarms = {
    unhealthy = {
      metric     = "HealthStatus"
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = 1
      tells      = "answers no queries; what is to be published waits for it"
    }
    full = {
      metric     = "PercentageDiskSpaceUsed"
      statistic  = "Maximum"
      comparison = "GreaterThanThreshold"
      threshold  = 80
      tells      = "uses more than 80 % of its disk; nothing can be loaded when it is full"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.place.prefix}-warehouse-${each.key}"
  alarm_description   = "Redshift cluster ${var.place.prefix} ${each.value.tells}."
  namespace           = "AWS/Redshift"
  metric_name         = each.value.metric
  dimensions          = { ClusterIdentifier = aws_redshift_cluster.this.cluster_identifier }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
