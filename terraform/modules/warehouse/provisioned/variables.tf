variable "place" {
  description = "Where this environment lives: name prefix."
  type        = object({ prefix = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts tables, snapshots and the admin's secret."
  type        = string
}

variable "names" {
  description = "Name of the database, and of its admin."
  type        = object({ database = string, admin = string })
}

variable "access" {
  description = "Subnets, security groups, the role of COPY and UNLOAD, and which audit logs are wanted."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    role_arn           = string
    logged             = list(string)
  })
}

variable "topic_arn" {
  description = "Topic for alarms."
  type        = string
}

variable "size" {
  description = "Node type and number, days of snapshots, a last snapshot, and from when until when it is awake (null: always)."
  type = object({
    node_type      = string
    nodes          = number
    snapshot_days  = number
    final_snapshot = bool
    awake          = optional(object({ from = string, until = string }))
  })

  validation {
    condition     = contains(["ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge"], var.size.node_type)
    error_message = "A node type is one of ra3.large, ra3.xlplus, ra3.4xlarge, ra3.16xlarge; found ${var.size.node_type}."
  }
  validation {
    condition     = var.size.nodes >= 1 && var.size.nodes <= 128
    error_message = "A cluster has 1 to 128 nodes; found ${var.size.nodes}."
  }
  validation {
    condition     = var.size.snapshot_days >= 1 && var.size.snapshot_days <= 35
    error_message = "Redshift keeps snapshots for 1 to 35 days, and pauses no cluster without any; found ${var.size.snapshot_days}."
  }
  validation {
    condition = var.size.awake == null || alltrue([
      for when in [try(var.size.awake.from, ""), try(var.size.awake.until, "")] : can(regex("^cron\\([^)]+\\)$", when))
    ])
    error_message = "A cluster is awake from cron(..) until cron(..), in UTC, such as cron(0 6 ? * MON-FRI *)."
  }
}
