variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts results, and what they are read from."
  type        = string
}

variable "clean" {
  description = "Bucket of the clean zone."
  type        = object({ name = string, arn = string })
}

variable "database" {
  description = "Name of the Glue database."
  type        = string
}

variable "queries_folder" {
  description = "Folder of the named queries, one in each *.sql; it may be missing."
  type        = string
}

variable "limits" {
  description = "GB (of 1000 MB) that one query may scan, days that results are kept, and whether the workgroup goes with queries that people saved."
  type = object({
    scan_gb       = optional(number, 100)
    keep_days     = optional(number, 7)
    force_destroy = optional(bool, false)
  })

  validation {
    condition     = var.limits.scan_gb >= 0.1 && var.limits.keep_days >= 1
    error_message = "A query may scan 0.1 GB or more and results are kept for 1 day or more; found ${var.limits.scan_gb} GB and ${var.limits.keep_days} days."
  }
}
