# The zones of the lake, all under one regime: versioned, encrypted, private, TLS only.
locals {
  zones = {
    landing   = { is = "what the sender wrote", archive = ["GLACIER_IR"] }
    pinned    = { is = "the copy of one version that one load reads", archive = ["GLACIER_IR"] }
    clean     = { is = "typed rows as Parquet", archive = ["INTELLIGENT_TIERING"] }
    rejected  = { is = "refused rows with their reasons", archive = ["GLACIER_IR"] }
    artefacts = { is = "code, declarations and certificates", archive = [] }
  }

  tls_only = {
    for zone, bucket in aws_s3_bucket.zone : zone => jsonencode({
      Version = "2012-10-17"
      Statement = [
        for sid, condition in {
          TlsOnly     = { Bool = { "aws:SecureTransport" = "false" } }
          TlsAtLeast2 = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
          } : {
          Sid       = sid
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [bucket.arn, "${bucket.arn}/*"]
          Condition = condition
        }
      ]
    })
  }
}

resource "aws_s3_bucket" "zone" {
  for_each = local.zones

  bucket        = "${var.place.prefix}-${each.key}-${var.place.account}"
  force_destroy = var.force_destroy

  tags = { Zone = each.key, Holds = each.value.is }
}

resource "aws_s3_bucket_versioning" "zone" {
  for_each = aws_s3_bucket.zone

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "zone" {
  for_each = aws_s3_bucket.zone

  bucket = each.value.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "zone" {
  for_each = aws_s3_bucket.zone

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "zone" {
  for_each = aws_s3_bucket.zone

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "zone" {
  for_each = aws_s3_bucket.zone

  bucket = each.value.id
  policy = local.tls_only[each.key]
}

resource "aws_s3_bucket_notification" "landing" {
  bucket      = aws_s3_bucket.zone["landing"].id
  eventbridge = true
}
