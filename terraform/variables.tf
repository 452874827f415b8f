variable "env" {
  description = "Name of the environment; part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.env))
    error_message = "An environment has 2 to 8 small letters and digits, such as local, dev, prod; found ${var.env}."
  }
}

variable "datasets_folder" {
  description = "Folder of the declarations."
  type        = string
  default     = "../datasets"
}

variable "queries_folder" {
  description = "Folder of the named queries; it may be missing."
  type        = string
  default     = "../queries"
}

variable "crawlers_folder" {
  description = "Folder of the crawlers' settings."
  type        = string
  default     = "../crawlers"
}

variable "build_folder" {
  description = "Folder that `make build` wrote."
  type        = string
  default     = "../build"
}

variable "database_ca_file" {
  description = "PEM file of the authority that signs the database's certificate (docs/terraform.md says where it comes from)."
  type        = string
}

variable "network_cidr" {
  description = "Address range of the VPC."
  type        = string
  default     = "10.20.0.0/20"
}

variable "database" {
  description = "PostgreSQL major version, instance class, storage in GB, and a standby in a second zone."
  type = object({
    version    = optional(string, "17")
    class      = string
    storage_gb = optional(number, 20)
    multi_az   = optional(bool, false)
  })
}

variable "database_safety" {
  description = "What keeps the data when somebody errs; the defaults are production's."
  type = object({
    deletion_protection = optional(bool, true)
    final_snapshot      = optional(bool, true)
    backup_days         = optional(number, 14)
    monitoring_seconds  = optional(number, 60)
  })
  default = {}
}

variable "warehouse" {
  description = "Redshift: its kind (none, provisioned, serverless), address ranges of people's tools, and for each kind its size and limits."
  type = object({
    kind    = string
    readers = optional(set(string), [])
    provisioned = optional(object({
      node_type      = optional(string, "ra3.large")
      nodes          = optional(number, 1)
      snapshot_days  = optional(number, 14)
      final_snapshot = optional(bool, true)
      awake          = optional(object({ from = string, until = string })) # cron(..) in UTC
    }), {})
    serverless = optional(object({
      base_rpu  = optional(number, 8)
      max_rpu   = optional(number, 32)
      rpu_hours = optional(object({ daily = number, monthly = number }), { daily = 100, monthly = 1000 })
    }), {})
  })
  default = { kind = "none" }

  validation {
    condition     = contains(["none", "provisioned", "serverless"], var.warehouse.kind)
    error_message = "warehouse.kind is one of none, provisioned, serverless; found ${var.warehouse.kind}."
  }
}

variable "athena" {
  description = "GB that one query may scan, and days that its result is kept."
  type        = object({ scan_gb = optional(number, 100), keep_days = optional(number, 7) })
  default     = {}
}

variable "keep" {
  description = "Days until landing, pinned and rejected objects move to Glacier, and until an overwritten version is deleted."
  type        = object({ archive_after_days = number, noncurrent_days = number })
}

variable "force_destroy" {
  description = "Whether destroying the environment deletes buckets that still hold objects."
  type        = bool
  default     = false
}

variable "key_deletion_days" {
  description = "Days between asking for the key's deletion and losing what it encrypts."
  type        = number
  default     = 30
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "alert_emails" {
  description = "Who gets alerts."
  type        = set(string)
}
