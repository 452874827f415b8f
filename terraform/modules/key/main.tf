# One key for everything at rest. Its policy is written out: who may use it is not left to IAM alone.
locals {
  arn_start = "arn:${var.place.partition}"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Without this statement IAM policies could grant nothing on the key, and nobody could change it.
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        Sid       = "AccountDecides"
        Effect    = "Allow"
        Principal = { AWS = "${local.arn_start}:iam::${var.place.account}:root" }
        Action    = ["kms:*"]
        Resource  = ["*"]
      },
      {
        # Encrypted queues and topics drop what these services send when they may not use the key.
        Sid       = "ServicesThatSend"
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "cloudwatch.amazonaws.com", "sns.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:SourceAccount" = var.place.account } }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.place.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
        Resource  = ["*"]
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = "${local.arn_start}:logs:${var.place.region}:${var.place.account}:log-group:*"
          }
        }
      },
    ]
  })
}

resource "aws_kms_key" "this" {
  description             = "${var.place.prefix}: everything at rest"
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.policy
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.place.prefix}"
  target_key_id = aws_kms_key.this.key_id
}
