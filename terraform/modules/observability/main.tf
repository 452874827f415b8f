# Where people look: one topic that mails them, one page that shows the flow.
resource "aws_sns_topic" "alerts" {
  name              = "${var.place.prefix}-alerts"
  kms_master_key_id = var.key_arn
}

# CloudWatch speaks as a service, so its alarms need the topic's own word.
resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alerts.arn
      Condition = { StringEquals = { "aws:SourceAccount" = var.place.account } }
    }]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.place.prefix
  dashboard_body = jsonencode({ widgets = local.widgets })
}
