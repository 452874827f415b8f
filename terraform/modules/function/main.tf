# A function and its consequences: code, role, log, dead letters, alarms.
locals {
  name = "${var.place.prefix}-${var.function.name}"
  arn  = "arn:${var.place.partition}:lambda:${var.place.region}:${var.place.account}:function:${local.name}"
}

resource "aws_lambda_function" "this" {
  function_name     = local.name
  description       = var.function.does
  role              = module.role.arn
  s3_bucket         = var.code.bucket # from S3, since the provider uploads files one after the other
  s3_key            = var.code.key
  s3_object_version = var.code.version
  source_code_hash  = var.code.hash
  handler           = "handler.lambda_handler"
  runtime           = "python3.11"
  timeout           = var.function.timeout
  memory_size       = var.function.memory_mb

  reserved_concurrent_executions = var.function.concurrency
  kms_key_arn                    = var.runtime.key_arn

  environment {
    variables = var.settings
  }

  # The private subnets have no way out: what meets the internet runs outside of them.
  dynamic "vpc_config" {
    for_each = var.function.online ? [] : [var.runtime.network]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
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
