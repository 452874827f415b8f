# What many modules are given alike.
data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  place = {
    prefix    = "stagecoach-${var.env}"
    account   = data.aws_caller_identity.this.account_id
    partition = data.aws_partition.this.partition
    region    = data.aws_region.this.name
  }

  # Nothing in here waits for the database, so that all but the code of a function is there when it is.
  function_runtime = {
    key_arn   = module.key.arn
    log_days  = var.log_days
    topic_arn = module.observability.topic_arn
    network   = module.network.functions
  }

  job_runtime = {
    artefacts              = module.lake.buckets.artefacts
    key_arn                = module.key.arn
    log_days               = var.log_days
    security_configuration = module.catalog.security_configuration
    topic_arn              = module.observability.topic_arn
  }

  # What only an environment with Redshift has is made for each of these.
  redshift           = toset([for kind in setsubtract([var.warehouse.kind], ["none"]) : "redshift"])
  fetched            = { for name, dataset in module.declarations.datasets : name => dataset if dataset.fetch != null }
  fetching           = toset([for name in slice(keys(local.fetched), 0, min(1, length(local.fetched))) : "fetch"])
  bound_for_redshift = [for name, dataset in module.declarations.datasets : name if dataset.redshift]

  warehouse_endpoints = {
    for service, why in {
      redshift-data = "functions and the job that migrates a table run statements in Redshift"
      sqs           = "publish wakes itself for a later try, and ledger wakes it when somebody asks"
    } : service => why if length(local.redshift) > 0
  }

  # stagecoach/settings.py reads exactly these, in functions and in jobs.
  settings = merge(
    { for zone, bucket in module.lake.buckets : "STAGECOACH_${upper(zone)}" => bucket.name },
    {
      STAGECOACH_ENV             = var.env
      STAGECOACH_DATABASE_HOST   = module.database.host
      STAGECOACH_DATABASE_PORT   = tostring(module.database.port)
      STAGECOACH_DATABASE_NAME   = module.database.name
      STAGECOACH_DATABASE_SECRET = module.database.secret_arn
      STAGECOACH_DATABASE_CA     = module.lake.database_ca
      STAGECOACH_TOPIC           = module.observability.topic_arn
    },
  )
}
