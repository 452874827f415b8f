locals {
  settings = merge(var.settings, { DATASET = var.dataset.name })
  folder   = "${var.dataset.name}/*"

  read_pinned = [
    { sid = "ListPinned", actions = ["s3:ListBucket"], resources = [var.buckets.pinned.arn] },
    { sid = "ReadPinned", actions = ["s3:GetObject"], resources = ["${var.buckets.pinned.arn}/*"] },
  ]

  # A mart is computed of other datasets' rows, and a look-up asks for some of them.
  read_others = [
    for right in [{ sid = "ReadOthers", actions = ["s3:GetObject"], resources = ["${var.buckets.clean.arn}/*"] }] :
    right if var.dataset.reads_clean
  ]

  see_run = [{
    sid       = "SeeRun"
    actions   = ["glue:GetWorkflowRunProperties"]
    resources = [aws_glue_workflow.this.arn]
  }]
}

# Outside the VPC and without the database's secret: it meets files that strangers wrote.
module "transform" {
  source = "../job"

  place    = var.place
  settings = local.settings
  runtime  = var.runtime
  size     = { worker_type = var.dataset.worker_type, workers = var.dataset.workers }

  job = {
    name   = "${local.name}-transform"
    does   = "Reads one pinned delivery of ${var.dataset.name}, keeps typed rows and refused rows"
    script = "transform.py"
  }

  may = concat(local.read_pinned, local.see_run, local.read_others, [
    {
      sid       = "WriteManifest"
      actions   = ["s3:PutObject"]
      resources = ["${var.buckets.pinned.arn}/*/manifest.json"]
    },
    {
      sid       = "ListResults"
      actions   = ["s3:ListBucket"]
      resources = [var.buckets.clean.arn, var.buckets.rejected.arn]
    },
    {
      # Spark commits by moving files out of a folder _temporary, so it deletes too.
      sid       = "WriteResults"
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      resources = ["${var.buckets.clean.arn}/${local.folder}", "${var.buckets.rejected.arn}/${local.folder}"]
    },
  ])
}

# The only job that meets the database, hence the only one inside the VPC.
module "stage" {
  source = "../job"

  place    = var.place
  settings = local.settings
  runtime  = var.runtime

  size = {
    worker_type = var.dataset.worker_type
    workers     = var.dataset.workers
    connections = [var.database.connection]
  }

  job = {
    name   = "${local.name}-stage"
    does   = "Moves the typed rows of ${var.dataset.name} into the database and merges them"
    script = "stage.py"
  }

  may = concat(local.read_pinned, local.see_run, [
    {
      sid       = "ListClean"
      actions   = ["s3:ListBucket"]
      resources = [var.buckets.clean.arn]
    },
    {
      sid       = "ReadClean"
      actions   = ["s3:GetObject"]
      resources = ["${var.buckets.clean.arn}/${local.folder}"]
    },
    {
      sid       = "ReadDatabaseSecret"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [var.database.secret_arn]
    },
  ])
}
