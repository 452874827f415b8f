# Where people ask the catalogue: a workgroup that decides how, and the queries that the project names.
locals {
  name = var.place.prefix

  # A header of `-- description:`, then one query.
  texts = { for file in fileset(var.queries_folder, "*.sql") : trimsuffix(file, ".sql") => file("${var.queries_folder}/${file}") }
}

resource "aws_athena_workgroup" "this" {
  name          = local.name
  description   = "Reads the clean zone of ${local.name}"
  force_destroy = var.limits.force_destroy # of queries that people saved

  configuration {
    # Nobody's own settings: neither where results go, nor how they are encrypted, nor what a query may cost.
    enforce_workgroup_configuration    = true
    bytes_scanned_cutoff_per_query     = var.limits.scan_gb * 1000 * 1000 * 1000
    publish_cloudwatch_metrics_enabled = true

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.results.id}/results/"
      expected_bucket_owner = var.place.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = local.texts

  name        = each.key
  description = try(regex("(?m)^-- description: *(.+?) *$", each.value)[0], "")
  workgroup   = aws_athena_workgroup.this.id
  database    = var.database
  query       = trimsuffix(trimspace(each.value), ";")
}
