# Redshift: a cluster, Serverless, or nothing at all. What both kinds need is in access/.
locals {
  kinds = setsubtract([var.size.kind], ["none"])
  names = { database = "stagecoach", admin = "stagecoach_admin" }

  audit = {
    streams = ["connectionlog", "userlog"] # never useractivitylog: people's queries hold data
    group = {
      provisioned = "/aws/redshift/cluster/${var.place.prefix}"
      serverless  = "/aws/redshift/${var.place.prefix}"
    }
  }
}

module "access" {
  for_each = local.kinds
  source   = "./access"

  place   = var.place
  key_arn = var.key_arn
  network = var.network
  buckets = var.buckets
  readers = var.size.readers
  loader  = local.names.admin
  audit   = { group = local.audit.group[each.key], streams = local.audit.streams, days = var.runtime.log_days }
}

module "provisioned" {
  for_each = setintersection(local.kinds, ["provisioned"])
  source   = "./provisioned"

  place     = var.place
  key_arn   = var.key_arn
  names     = local.names
  access    = module.access[each.key].access
  size      = var.size.provisioned
  topic_arn = var.runtime.topic_arn
}

module "serverless" {
  for_each = setintersection(local.kinds, ["serverless"])
  source   = "./serverless"

  place     = var.place
  key_arn   = var.key_arn
  names     = local.names
  access    = module.access[each.key].access
  size      = var.size.serverless
  topic_arn = var.runtime.topic_arn
}
