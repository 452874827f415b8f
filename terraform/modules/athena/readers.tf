# What an analyst needs, as a policy to attach to whatever role your people have: this workgroup, this catalogue's
# database, the clean zone to read, and the results to write.
locals {
  glue_arn = "arn:${var.place.partition}:glue:${var.place.region}:${var.place.account}"

  read = [
    {
      Sid = "Ask"
      Action = [
        "athena:BatchGetNamedQuery", "athena:BatchGetQueryExecution", "athena:GetNamedQuery", "athena:GetQueryExecution",
        "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup", "athena:ListNamedQueries",
        "athena:ListQueryExecutions", "athena:StartQueryExecution", "athena:StopQueryExecution",
      ]
      Resource = [aws_athena_workgroup.this.arn]
    },
    {
      Sid = "SeeTables"
      Action = [
        "glue:BatchGetPartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable",
        "glue:GetTables",
      ]
      Resource = [
        "${local.glue_arn}:catalog",
        "${local.glue_arn}:database/${var.database}",
        "${local.glue_arn}:table/${var.database}/*",
      ]
    },
    {
      Sid      = "SeeBuckets"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
      Resource = [var.clean.arn, aws_s3_bucket.results.arn]
    },
    { Sid = "ReadClean", Action = ["s3:GetObject"], Resource = ["${var.clean.arn}/*"] },
    {
      Sid      = "WriteResults"
      Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
      Resource = ["${aws_s3_bucket.results.arn}/results/*"]
    },
    { Sid = "Key", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.key_arn] },
  ]
}

resource "aws_iam_policy" "read" {
  name        = "${local.name}-athena-read"
  description = "Ask Athena about the clean zone of ${local.name}"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for one in local.read : merge(one, { Effect = "Allow" })]
  })
}
