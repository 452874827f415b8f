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

    # Instant retrieval: a replay years later reads the pinned copy without a restore.
    dynamic "transition" {
      for_each = each.value.archive ? ["GLACIER_IR"] : []

      content {
        days          = var.keep.archive_after_days
        storage_class = transition.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.zone] # a rule about noncurrent versions needs versions
}
