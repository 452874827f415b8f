variable "place" {
  description = "Where this environment lives: name prefix and account."
  type        = object({ prefix = string, account = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts every object."
  type        = string
}

variable "keep" {
  description = "Days until landing, pinned and rejected objects move to Glacier, and until an overwritten version is deleted."
  type        = object({ archive_after_days = number, noncurrent_days = number })

  validation {
    condition     = var.keep.archive_after_days >= 1 && var.keep.noncurrent_days >= 1
    error_message = "Both keep.archive_after_days and keep.noncurrent_days are 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether destroying the environment deletes buckets that still hold objects."
  type        = bool
}

variable "build_folder" {
  description = "Folder that `make build` wrote."
  type        = string
}

variable "database_ca_file" {
  description = "PEM file of the authority that signs the database's certificate."
  type        = string

  validation {
    condition     = fileexists(var.database_ca_file)
    error_message = "There is no file ${var.database_ca_file}. docs/terraform.md says where the certificate bundle comes from."
  }
}
