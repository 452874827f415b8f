variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts tables, snapshots, logs and the admin's secret."
  type        = string
}

variable "network" {
  description = "The VPC, its private subnets in two zones at least, and the prefix list of the S3 endpoint."
  type        = object({ vpc_id = string, subnet_ids = list(string), s3_prefix_list_id = string })
}

variable "buckets" {
  description = "Buckets by zone; COPY reads clean and what it is told of in pinned, UNLOAD writes clean/unload/."
  type        = map(object({ name = string, arn = string }))
}

variable "size" {
  description = "The kind, from where people's tools reach it, and for each kind how large it is and what limits it."
  type = object({
    kind    = string
    readers = optional(set(string), [])
    provisioned = optional(object({
      node_type      = optional(string, "ra3.large")
      nodes          = optional(number, 1)
      snapshot_days  = optional(number, 14)
      final_snapshot = optional(bool, true)
      awake          = optional(object({ from = string, until = string }))
    }), {})
    serverless = optional(object({
      base_rpu  = optional(number, 8)
      max_rpu   = optional(number, 32)
      rpu_hours = optional(object({ daily = number, monthly = number }), { daily = 100, monthly = 1000 })
    }), {})
  })

  validation {
    condition     = contains(["none", "provisioned", "serverless"], var.size.kind)
    error_message = "The warehouse's kind is one of none, provisioned, serverless; found ${var.size.kind}."
  }
}

variable "runtime" {
  description = "Days that the audit log is kept, and the topic for alarms."
  type        = object({ log_days = number, topic_arn = string })
}
