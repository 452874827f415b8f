# Stagecoach, in order of the flow: declare -> provision -> arrive -> transform -> stage -> merge ->
# publish -> observe. The functions are in functions.tf.

# declare

module "declarations" {
  source = "./modules/declarations"

  folder = var.datasets_folder
}

# provision: what all datasets share

module "key" {
  source = "./modules/key"

  place                = local.place
  deletion_window_days = var.key_deletion_days
}

module "network" {
  source = "./modules/network"

  place           = local.place
  cidr            = var.network_cidr
  more_endpoints  = local.warehouse_endpoints
  warehouse_zones = var.warehouse.kind == "serverless" ? 3 : 2
}

module "lake" {
  source = "./modules/lake"

  place            = local.place
  key_arn          = module.key.arn
  keep             = var.keep
  force_destroy    = var.force_destroy
  build_folder     = var.build_folder
  database_ca_file = var.database_ca_file
}

module "database" {
  source = "./modules/database"

  place   = local.place
  key_arn = module.key.arn
  network = module.network.database
  size    = var.database
  safety  = var.database_safety
}

module "warehouse" {
  source = "./modules/warehouse"

  place   = local.place
  key_arn = module.key.arn
  network = module.network.warehouse
  buckets = module.lake.buckets
  size    = var.warehouse
  runtime = { log_days = var.log_days, topic_arn = module.observability.topic_arn }
}

module "catalog" {
  source = "./modules/catalog"

  place           = local.place
  key_arn         = module.key.arn
  clean           = module.lake.buckets.clean
  datasets        = keys(module.declarations.datasets)
  crawlers_folder = var.crawlers_folder
}

# arrive

module "arrivals" {
  source = "./modules/arrivals"

  name         = "${local.place.prefix}-arrive"
  function_arn = module.function["arrive"].arn
  timeout      = module.function["arrive"].timeout
  dead_letters = module.function["arrive"].dead_letters
  key_arn      = module.key.arn
  topic_arn    = module.observability.topic_arn

  rules = {
    object = {
      is = "An object landed"
      pattern = jsonencode({
        source        = ["aws.s3"]
        "detail-type" = ["Object Created"]
        detail        = { bucket = { name = [module.lake.buckets.landing.name] } }
      })
    }
  }
}

module "sweeping" {
  source = "./modules/schedule"

  prefix       = local.place.prefix
  turns        = { sweep = { does = "Looks for deliveries whose event was lost", expression = "rate(15 minutes)" } }
  function     = { name = module.function["sweep"].name, arn = module.function["sweep"].arn }
  dead_letters = module.function["sweep"].dead_letters
}

module "fetching" {
  for_each = local.fetching
  source   = "./modules/schedule"

  prefix       = local.place.prefix
  function     = { name = module.function["fetch"].name, arn = module.function["fetch"].arn }
  dead_letters = module.function["fetch"].dead_letters

  turns = {
    for name, dataset in local.fetched : "fetch-${name}" => {
      does       = "Fetches the file of ${name}"
      expression = dataset.fetch
      input      = jsonencode({ dataset = name })
    }
  }
}

# transform, stage

module "pipeline" {
  for_each = module.declarations.datasets
  source   = "./modules/pipeline"

  place    = local.place
  settings = local.settings
  buckets  = module.lake.buckets
  database = { secret_arn = module.database.secret_arn, connection = module.network.connection }
  runtime  = local.job_runtime

  dataset = {
    name        = each.key
    worker_type = each.value.size.worker_type
    workers     = each.value.size.workers
    reads_clean = each.value.reads_clean
    crawler     = module.catalog.crawlers[each.key]
  }
}

# merge: the ledger, the tables and their procedures

resource "aws_lambda_invocation" "migrate" {
  function_name = module.function["migrate"].name
  input         = jsonencode({})

  # Another build, or another database under the same name, is migrated anew.
  triggers = {
    code      = module.function["migrate"].code_hash
    database  = module.database.resource_id
    warehouse = module.warehouse.identity
  }
}

# publish: what PostgreSQL has applied goes to Redshift

module "publications" {
  for_each = local.redshift
  source   = "./modules/arrivals"

  name         = "${local.place.prefix}-publish"
  function_arn = module.function["publish"].arn
  timeout      = module.function["publish"].timeout
  dead_letters = module.function["publish"].dead_letters
  key_arn      = module.key.arn
  topic_arn    = module.observability.topic_arn

  rules = {
    staged = {
      is = "A stage job of ours has applied a load"
      pattern = jsonencode({
        source        = ["aws.glue"]
        "detail-type" = ["Glue Job State Change"]
        detail        = { jobName = [{ wildcard = "${local.place.prefix}-*-stage" }], state = ["SUCCEEDED"] }
      })
    }
    statement = {
      is = "A statement of ours ended in Redshift"
      pattern = jsonencode({
        source        = ["aws.redshift-data"]
        "detail-type" = ["Redshift Data Statement Status Change"]
        detail        = { statementName = [{ prefix = "${local.place.prefix}-" }] }
      })
    }
    clock = { is = "Looks for what no event told of", every = "rate(15 minutes)" }
  }
}

# On request: a whole table of PostgreSQL, when its history never came as files.
module "table_migration" {
  for_each = local.redshift
  source   = "./modules/job"

  place    = local.place
  settings = merge(local.settings, module.warehouse.settings)
  runtime  = local.job_runtime
  size     = { timeout_minutes = 2880, connections = [module.network.connection] }

  job = {
    name   = "${local.place.prefix}-migrate-table"
    does   = "Takes a whole table of PostgreSQL to Redshift, as of one moment"
    script = "migrate_table.py"
  }

  may = concat(module.database.may.read_secret, module.lake.may.write_migrations, module.warehouse.may.run_statements)
}

# observe

module "settlements" {
  source = "./modules/arrivals"

  name         = "${local.place.prefix}-settle"
  function_arn = module.function["settle"].arn
  timeout      = module.function["settle"].timeout
  dead_letters = module.function["settle"].dead_letters
  key_arn      = module.key.arn
  topic_arn    = module.observability.topic_arn

  rules = {
    job = {
      is = "A job of ours ended"
      pattern = jsonencode({
        source        = ["aws.glue"]
        "detail-type" = ["Glue Job State Change"]
        detail        = { jobName = [for step in ["transform", "stage"] : { wildcard = "${local.place.prefix}-*-${step}" }] }
      })
    }
    crawler = {
      is = "A crawler of ours ended"
      pattern = jsonencode({
        source        = ["aws.glue"]
        "detail-type" = ["Glue Crawler State Change"]
        detail        = { crawlerName = [{ prefix = "${local.place.prefix}-" }], state = ["Succeeded", "Failed"] }
      })
    }
  }
}

# What the clean zone says to who asks it
module "athena" {
  source = "./modules/athena"

  place          = local.place
  key_arn        = module.key.arn
  clean          = module.lake.buckets.clean
  database       = module.catalog.database
  queries_folder = var.queries_folder
  limits         = merge(var.athena, { force_destroy = var.force_destroy })
}

module "observability" {
  source = "./modules/observability"

  place     = local.place
  key_arn   = module.key.arn
  emails    = var.alert_emails
  datasets  = keys(module.declarations.datasets)
  functions = keys(local.functions)
  queues    = concat(["arrive", "settle"], [for kind in local.redshift : "publish"])
  warehouse = module.warehouse.metrics
}
