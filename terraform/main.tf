# Stagecoach, in order of the flow: declare -> provision -> arrive -> transform -> stage -> merge -> observe.

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

  place = local.place
  cidr  = var.network_cidr
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
  function_arn = module.arrive.arn
  timeout      = module.arrive.timeout
  dead_letters = module.arrive.dead_letters
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

module "arrive" {
  source = "./modules/function"

  place    = local.place
  code     = module.lake.functions["arrive"]
  settings = local.settings
  runtime  = local.function_runtime

  function = {
    name      = "arrive"
    does      = "Pins each delivery, looks at it, and starts its load"
    timeout   = 120
    memory_mb = 512
  }

  may = concat(
    local.may_connect,
    module.arrivals.may.receive,
    module.lake.may.read_landing,
    module.lake.may.write_pinned,
    module.catalog.may.start_loads,
    module.observability.may.publish,
  )
}

module "sweep" {
  source = "./modules/function"

  place    = local.place
  code     = module.lake.functions["sweep"]
  settings = local.settings
  runtime  = local.function_runtime

  function = {
    name      = "sweep"
    does      = "Compares landing zone and ledger, so that a lost event only delays a load"
    timeout   = 300
    memory_mb = 512
  }

  may = concat(
    local.may_connect,
    module.lake.may.read_landing,
    module.lake.may.write_pinned,
    module.lake.may.read_pinned,
    module.lake.may.delete_results,
    module.catalog.may.start_loads,
    module.catalog.may.see_jobs,
    module.observability.may.publish,
  )
}

module "sweeping" {
  source = "./modules/schedule"

  name         = "${local.place.prefix}-sweep"
  does         = "Looks for deliveries whose event was lost"
  expression   = "rate(15 minutes)"
  function     = { name = module.sweep.name, arn = module.sweep.arn }
  dead_letters = module.sweep.dead_letters
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
    crawler     = module.catalog.crawlers[each.key]
  }
}

# merge: the ledger, the tables and their procedures

module "migrate" {
  source = "./modules/function"

  place    = local.place
  code     = module.lake.functions["migrate"]
  settings = local.settings
  runtime  = local.function_runtime

  function = {
    name      = "migrate"
    does      = "Brings the database up to the migrations, procedures and views of this build"
    timeout   = 300
    memory_mb = 256
  }

  may = local.may_connect
}

resource "aws_lambda_invocation" "migrate" {
  function_name = module.migrate.name
  input         = jsonencode({})

  # Another build, or another database under the same name, is migrated anew.
  triggers = {
    code     = module.migrate.code_hash
    database = module.database.resource_id
  }
}

# observe

module "settlements" {
  source = "./modules/arrivals"

  name         = "${local.place.prefix}-settle"
  function_arn = module.settle.arn
  timeout      = module.settle.timeout
  dead_letters = module.settle.dead_letters
  key_arn      = module.key.arn
  topic_arn    = module.observability.topic_arn

  rules = {
    job = {
      is = "A job of ours ended"
      pattern = jsonencode({
        source        = ["aws.glue"]
        "detail-type" = ["Glue Job State Change"]
        detail        = { jobName = [{ prefix = "${local.place.prefix}-" }] }
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

module "settle" {
  source = "./modules/function"

  place    = local.place
  code     = module.lake.functions["settle"]
  settings = local.settings
  runtime  = local.function_runtime

  function = {
    name      = "settle"
    does      = "Writes down how a load ended, alerts people, and starts the next one"
    timeout   = 120
    memory_mb = 256
  }

  may = concat(
    local.may_connect,
    module.settlements.may.receive,
    module.lake.may.read_pinned,
    module.lake.may.delete_results,
    module.catalog.may.start_loads,
    module.catalog.may.see_jobs,
    module.catalog.may.see_tables,
    module.observability.may.publish,
  )
}

module "ledger" {
  source = "./modules/function"

  place    = local.place
  code     = module.lake.functions["ledger"]
  settings = local.settings
  runtime  = local.function_runtime

  function = {
    name      = "ledger"
    does      = "Answers what the command line asks about loads"
    timeout   = 60
    memory_mb = 256
  }

  # A replay pins and starts a load, as an arrival does.
  may = concat(
    local.may_connect,
    module.lake.may.read_landing,
    module.lake.may.write_pinned,
    module.catalog.may.start_loads,
  )
}

module "observability" {
  source = "./modules/observability"

  place     = local.place
  key_arn   = module.key.arn
  emails    = var.alert_emails
  datasets  = keys(module.declarations.datasets)
  functions = ["arrive", "sweep", "settle", "migrate", "ledger"]
}
