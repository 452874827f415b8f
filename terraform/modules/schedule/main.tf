# A function that is called by the clock.
resource "aws_cloudwatch_event_rule" "this" {
  name                = var.name
  description         = var.does
  schedule_expression = var.expression
}

resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = var.function.arn

  dead_letter_config {
    arn = var.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 900 # the next turn does the same work
    maximum_retry_attempts       = 2
  }
}

resource "aws_lambda_permission" "this" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this.arn
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = var.dead_letters.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyThisRule"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = var.dead_letters.arn
      Condition = { ArnEquals = { "aws:SourceArn" = [aws_cloudwatch_event_rule.this.arn] } }
    }]
  })
}
