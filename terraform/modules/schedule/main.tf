# A function that is called by the clock.
resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.turns

  name                = "${var.prefix}-${each.key}"
  description         = each.value.does
  schedule_expression = each.value.expression
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.turns

  rule  = aws_cloudwatch_event_rule.this[each.key].name
  arn   = var.function.arn
  input = each.value.input

  dead_letter_config {
    arn = var.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 900 # the next turn does the same work
    maximum_retry_attempts       = 2
  }
}

resource "aws_lambda_permission" "this" {
  for_each = var.turns

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this[each.key].arn
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = var.dead_letters.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheseRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = var.dead_letters.arn
      Condition = { ArnEquals = { "aws:SourceArn" = values(aws_cloudwatch_event_rule.this)[*].arn } }
    }]
  })
}
