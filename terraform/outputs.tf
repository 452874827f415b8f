output "buckets" {
  description = "Bucket name by zone."
  value       = { for zone, bucket in module.lake.buckets : zone => bucket.name }
}

output "functions" {
  description = "Function name by short name."
  value       = { for name, function in module.function : name => function.name }
}

output "queues" {
  description = "Queue name by the function that reads it."
  value = merge(
    { arrive = module.arrivals.queue, settle = module.settlements.queue },
    { for kind in local.redshift : "publish" => module.publications["redshift"].queue },
  )
}

output "database" {
  description = "Where PostgreSQL is: host, port, name, and the ARN of the secret with username and password."
  value = {
    host       = module.database.host
    port       = module.database.port
    name       = module.database.name
    secret_arn = module.database.secret_arn
  }
}

output "warehouse" {
  description = "Where Redshift is: kind, the settings of who loads, and host and port for people's tools."
  value       = { kind = var.warehouse.kind, settings = module.warehouse.settings, endpoint = module.warehouse.endpoint }

  precondition {
    condition     = length(local.redshift) > 0 || length(local.bound_for_redshift) == 0
    error_message = "There is no warehouse for the datasets with targets.redshift: ${join(", ", local.bound_for_redshift)}. Set warehouse.kind in environments/${var.env}.tfvars to provisioned or serverless, or take the target out of their declarations."
  }
}

output "catalog" {
  description = "Name of the Glue database."
  value       = module.catalog.database
}

output "athena" {
  description = "Where Athena is asked: workgroup, ids of the named queries, bucket of the results, and the policy for a role that may ask."
  value = {
    workgroup       = module.athena.workgroup
    queries         = module.athena.queries
    results         = module.athena.results
    read_policy_arn = module.athena.read_policy_arn
  }
}

output "topic" {
  description = "ARN of the alert topic."
  value       = module.observability.topic_arn
}

output "datasets" {
  description = "Every dataset: its landing prefix, when it is fetched (null: it is sent), workflow and jobs."
  value = {
    for name, dataset in module.declarations.datasets : name => {
      prefix   = dataset.prefix
      fetched  = dataset.fetch
      workflow = module.pipeline[name].workflow
      jobs     = module.pipeline[name].jobs
    }
  }
}
