variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts storage, secret and insights."
  type        = string
}

variable "network" {
  description = "Private subnets, in two zones at least, and the database's security group."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
}

variable "size" {
  description = "PostgreSQL major version, class, storage in GB (grows to four times that), a standby."
  type = object({
    version    = optional(string, "17")
    class      = string
    storage_gb = optional(number, 20)
    multi_az   = optional(bool, false)
  })

  validation {
    condition     = contains(["15", "16", "17"], var.size.version)
    error_message = "The procedures run on PostgreSQL 15, 16 and 17; found ${var.size.version}."
  }
  validation {
    condition     = startswith(var.size.class, "db.")
    error_message = "An instance class looks like db.t4g.medium; found ${var.size.class}."
  }
}

variable "safety" {
  description = "What keeps the data: protection, last snapshot, days of backups, seconds between metrics (0: off)."
  type = object({
    deletion_protection = optional(bool, true)
    final_snapshot      = optional(bool, true)
    backup_days         = optional(number, 14)
    monitoring_seconds  = optional(number, 60)
  })
  default = {}

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.safety.monitoring_seconds)
    error_message = "RDS monitors every 1, 5, 10, 15, 30 or 60 seconds, or 0 for not at all."
  }
  validation {
    condition     = var.safety.backup_days >= 1 && var.safety.backup_days <= 35
    error_message = "RDS keeps backups for 1 to 35 days; found ${var.safety.backup_days}."
  }
}
