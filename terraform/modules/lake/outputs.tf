locals {
  arn = { for zone, bucket in aws_s3_bucket.zone : zone => bucket.arn }
}

output "buckets" {
  description = "Bucket name and ARN by zone: landing, pinned, clean, rejected, artefacts."
  value       = { for zone, bucket in aws_s3_bucket.zone : zone => { name = bucket.id, arn = bucket.arn } }
}

output "database_ca" {
  description = "S3 address of the certificate bundle."
  value       = "s3://${aws_s3_object.database_ca.bucket}/${aws_s3_object.database_ca.key}"
}

output "functions" {
  description = "Where the code of each function is: bucket, key, version and hash, by the function's short name."
  value = {
    for key, object in aws_s3_object.built : trimsuffix(trimprefix(key, "lambda/"), ".zip") => {
      bucket  = object.bucket
      key     = object.key
      version = object.version_id
      hash    = filebase64sha256("${var.build_folder}/${key}")
    } if startswith(key, "lambda/")
  }
}

output "may" {
  description = "What a role needs in order to do one thing with the lake."
  value = {
    see_landing = [{ sid = "SeeLanding", actions = ["s3:ListBucket"], resources = [local.arn.landing] }]
    # Versions too: a delivery is one version of one object.
    read_landing = [
      { sid = "ListLanding", actions = ["s3:ListBucket", "s3:ListBucketVersions"], resources = [local.arn.landing] },
      {
        sid       = "ReadLanding"
        actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"]
        resources = ["${local.arn.landing}/*"]
      },
    ]
    write_pinned = [{
      sid       = "WritePinned"
      actions   = ["s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectTagging"]
      resources = ["${local.arn.pinned}/*"]
    }]
    read_pinned = [
      { sid = "ListPinned", actions = ["s3:ListBucket"], resources = [local.arn.pinned] },
      { sid = "ReadPinned", actions = ["s3:GetObject"], resources = ["${local.arn.pinned}/*"] },
    ]
    # COPY is told of every clean file and its size, which a listing has.
    copy_clean = [
      { sid = "ListClean", actions = ["s3:ListBucket"], resources = [local.arn.clean] },
      { sid = "WriteCopyManifest", actions = ["s3:PutObject"], resources = ["${local.arn.pinned}/*/copy.manifest"] },
    ]
    # Where the files of a table are that has several folders.
    write_lists = [{ sid = "WriteLists", actions = ["s3:PutObject"], resources = ["${local.arn.clean}/_current/*"] }]
    # A whole table on its way to the warehouse.
    write_migrations = [
      { sid = "ListPinned", actions = ["s3:ListBucket"], resources = [local.arn.pinned] },
      {
        sid       = "WriteMigrations"
        actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        resources = ["${local.arn.pinned}/migrations/*"]
      },
    ]
    read_artefacts = [
      { sid = "ListArtefacts", actions = ["s3:ListBucket"], resources = [local.arn.artefacts] },
      { sid = "ReadArtefacts", actions = ["s3:GetObject"], resources = ["${local.arn.artefacts}/*"] },
    ]
    # What a load that came to nothing has left behind.
    delete_results = [
      { sid = "ListResults", actions = ["s3:ListBucket"], resources = [local.arn.clean, local.arn.rejected] },
      {
        sid       = "DeleteResults"
        actions   = ["s3:GetObject", "s3:DeleteObject"]
        resources = ["${local.arn.clean}/*", "${local.arn.rejected}/*"]
      },
    ]
  }
}
