# What `make build` wrote, under the same relative keys.
locals {
  built = setunion([
    for pattern in ["stagecoach.zip", "lambda/*.zip", "glue_jobs/*.py", "datasets/*.json"] :
    fileset(var.build_folder, pattern)
  ]...)
}

resource "aws_s3_object" "built" {
  for_each = local.built

  bucket      = aws_s3_bucket.zone["artefacts"].id
  key         = each.key
  source      = "${var.build_folder}/${each.key}"
  source_hash = filesha256("${var.build_folder}/${each.key}")

  depends_on = [
    aws_s3_bucket_server_side_encryption_configuration.zone,
    aws_s3_bucket_versioning.zone,
  ]
}

resource "aws_s3_object" "database_ca" {
  bucket      = aws_s3_bucket.zone["artefacts"].id
  key         = "ca.pem"
  source      = var.database_ca_file
  source_hash = filesha256(var.database_ca_file)

  depends_on = [
    aws_s3_bucket_server_side_encryption_configuration.zone,
    aws_s3_bucket_versioning.zone,
  ]
}
