# Glacier with instant retrieval: a replay years later reads the pinned copy without a restore. Of the clean zone
# some old files are read every day, because they are a table now, and others are only the trail: S3 finds out which
# are which, moves those that nobody reads for 90 days to the archive at Glacier's price, and charges no retrieval.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
locals {
  archive_days = { GLACIER_IR = var.keep.archive_after_days, INTELLIGENT_TIERING = 0 }
}

resource "aws_s3_bucket_lifecycle_configuration" "zone" {
  for_each = local.zones

  bucket = aws_s3_bucket.zone[each.key].id

  rule {
    id     = "tidy"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }

    noncurrent_version_expiration {
      noncurrent_days = var.keep.noncurrent_days
    }

    dynamic "transition" {
      for_each = each.value.archive

      content {
        days          = local.archive_days[transition.value]
        storage_class = transition.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.zone] # a rule about noncurrent versions needs versions
}
