# The functions, in order of the flow. Sizes and rights are apart, because rights name queues that name functions.
locals {
  all_functions = {
    fetch = {
      does      = "Brings the files of datasets that nobody sends"
      timeout   = 900 # above the most that source.fetch.seconds may say
      memory_mb = 512
      online    = true # the one function that meets the world, and the one without the database
    }
    arrive = {
      does      = "Pins each delivery, looks at it, and starts its load"
      timeout   = 120
      memory_mb = 512
    }
    sweep = {
      does      = "Compares landing zone and ledger, so that a lost event only delays a load"
      timeout   = 300
      memory_mb = 512
    }
    migrate = {
      does      = "Brings databases up to the migrations, procedures and views of this build"
      timeout   = 300
      memory_mb = 256
    }
    publish = {
      does      = "Brings what PostgreSQL has applied to Redshift, one load of a dataset at a time"
      timeout   = 120
      memory_mb = 256
    }
    settle = {
      does      = "Writes down how a load ended, alerts people, and starts the next one"
      timeout   = 120
      memory_mb = 256
    }
    ledger = {
      does      = "Answers what the command line asks about loads"
      timeout   = 60
      memory_mb = 256
    }
  }

  may = {
    fetch = concat(
      module.lake.may.read_artefacts,
      module.lake.may.see_landing,
      [{
        sid       = "Land"
        actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
        resources = [for dataset in local.fetched : "${module.lake.buckets.landing.arn}/${dataset.prefix}*"]
      }],
      module.observability.may.publish,
    )
    arrive = concat(
      module.arrivals.may.receive,
      local.may_pin,
      module.observability.may.publish,
    )
    sweep = concat(
      local.may_pin,
      module.lake.may.read_pinned,
      module.lake.may.delete_results,
      module.catalog.may.see_jobs,
      local.may_keep_current,
      module.observability.may.publish,
    )
    migrate = module.warehouse.may.run_statements
    publish = concat(
      try(module.publications["redshift"].may.receive, []),
      try(module.publications["redshift"].may.send, []),
      module.lake.may.read_pinned,
      module.lake.may.copy_clean,
      module.warehouse.may.run_statements,
      module.observability.may.publish,
    )
    settle = concat(
      module.settlements.may.receive,
      module.lake.may.read_pinned,
      module.lake.may.write_pinned, # what a mart is computed of
      module.lake.may.delete_results,
      module.catalog.may.start_loads,
      module.catalog.may.see_jobs,
      module.catalog.may.see_tables,
      local.may_keep_current,
      module.observability.may.publish,
    )
    ledger = concat(
      local.may_pin, # a replay pins and starts a load, as an arrival does
      try(module.publications["redshift"].may.send, []),
      try(module.table_migration["redshift"].may.run, []),
    )
  }

  may_pin = concat(module.lake.may.read_landing, module.lake.may.write_pinned, module.catalog.may.start_loads)

  may_keep_current = concat(module.catalog.may.keep_current, module.lake.may.write_lists)

  # Every function but fetch talks to the database by its secret, and trusts it by the bundle.
  may_connect = concat(module.database.may.read_secret, module.lake.may.read_artefacts)
}

# Without a warehouse nobody publishes, and nobody fetches what is sent. Who meets it is told where it is; who wakes publish, where its queue is.
locals {
  functions = {
    for name, function in local.all_functions : name => function
    if !contains(["publish", "fetch"], name) || length(name == "publish" ? local.redshift : local.fetching) > 0
  }

  publish_queue = { for kind in local.redshift : "STAGECOACH_PUBLISH_QUEUE" => module.publications["redshift"].url }

  more_settings = {
    migrate = module.warehouse.settings
    publish = merge(module.warehouse.settings, local.publish_queue)
    ledger  = local.publish_queue
  }
}

module "function" {
  for_each = local.functions
  source   = "./modules/function"

  place    = local.place
  code     = module.lake.functions[each.key]
  settings = merge(local.settings, lookup(local.more_settings, each.key, {}))
  runtime  = local.function_runtime
  function = merge({ name = each.key }, each.value)
  may      = concat([for right in local.may_connect : right if each.key != "fetch"], local.may[each.key])
}

# Environments of before have one module per function.
moved {
  from = module.arrive
  to   = module.function["arrive"]
}

moved {
  from = module.sweep
  to   = module.function["sweep"]
}

moved {
  from = module.migrate
  to   = module.function["migrate"]
}

moved {
  from = module.settle
  to   = module.function["settle"]
}

moved {
  from = module.ledger
  to   = module.function["ledger"]
}

moved {
  from = module.sweeping.aws_cloudwatch_event_rule.this
  to   = module.sweeping.aws_cloudwatch_event_rule.this["sweep"]
}

moved {
  from = module.sweeping.aws_cloudwatch_event_target.this
  to   = module.sweeping.aws_cloudwatch_event_target.this["sweep"]
}

moved {
  from = module.sweeping.aws_lambda_permission.this
  to   = module.sweeping.aws_lambda_permission.this["sweep"]
}
