# A function and its consequences: code, role, log, dead letters, alarms.
locals {
  name = "${var.place.prefix}-${var.name}"
  zip  = "${var.runtime.build_folder}/lambda/${var.name}.zip"
  arn  = "arn:${var.place.partition}:lambda:${var.place.region}:${var.place.account}:function:${local.name}"
}

resource "aws_lambda_function" "this" {
  function_name    = local.name
  description      = var.does
  role             = module.role.arn
  filename         = local.zip
  source_code_hash = filebase64sha256(local.zip)
  handler          = "handler.lambda_handler"
  runtime          = "python3.11"
  timeout          = var.limits.timeout
  memory_size      = var.limits.memory_mb

  reserved_concurrent_executions = var.limits.concurrency
  kms_key_arn                    = var.runtime.key_arn

  environment {
    variables = var.settings
  }

  vpc_config {
    subnet_ids         = var.runtime.network.subnet_ids
    security_group_ids = var.runtime.network.security_group_ids
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }

  tracing_config {
    mode = "Active"
  }

  # Text: what the function prints is already one JSON line per event.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.runtime.log_days
  kms_key_id        = var.runtime.key_arn
}

# Where an event ends that the function could not take: asynchronous calls, its queue, its rules.
resource "aws_sqs_queue" "dead" {
  name                      = "${local.name}-dead"
  message_retention_seconds = 1209600 # 14 days, the longest there is
  kms_master_key_id         = var.runtime.key_arn
}
