# Events that arrive at a function: rules -> queue -> function, and nothing is lost on the way.
# A queue between them because EventBridge tries a failing function twice only. The clock calls the function
# itself: its next turn does the same work.
resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.rules

  name                = "${var.name}-${each.key}"
  description         = each.value.is
  event_pattern       = each.value.pattern
  schedule_expression = each.value.every
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = aws_cloudwatch_event_rule.this

  rule = each.value.name
  arn  = var.rules[each.key].every == null ? aws_sqs_queue.this.arn : var.function_arn

  dead_letter_config {
    arn = var.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = var.rules[each.key].every == null ? 86400 : 900
    maximum_retry_attempts       = var.rules[each.key].every == null ? 185 : 2
  }

  depends_on = [aws_sqs_queue_policy.this]
}

resource "aws_lambda_permission" "clock" {
  for_each = { for name, rule in var.rules : name => rule if rule.every != null }

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = var.function_arn
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this[each.key].arn
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = 6 * var.timeout # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  message_retention_seconds  = 1209600
  kms_master_key_id          = var.key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = var.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = var.dead_letters.url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each = {
    queue = { arn = aws_sqs_queue.this.arn, url = aws_sqs_queue.this.id }
    dead  = var.dead_letters
  }

  queue_url = each.value.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheseRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = each.value.arn
      Condition = { ArnEquals = { "aws:SourceArn" = values(aws_cloudwatch_event_rule.this)[*].arn } }
    }]
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn        = aws_sqs_queue.this.arn
  function_name           = var.function_arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"] # one bad message does not bring nine back

  scaling_config {
    maximum_concurrency = 5
  }
}

resource "aws_cloudwatch_metric_alarm" "age" {
  alarm_name          = "${var.name}-waiting"
  alarm_description   = "Messages wait in ${var.name} for more than 30 minutes; the function does not keep up."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.this.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1800 # twice as long as SQS keeps a message back that is for later
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
