variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "deletion_window_days" {
  description = "Days between asking for the key's deletion and losing what it encrypts, 7 to 30."
  type        = number

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "KMS takes 7 to 30 days, found ${var.deletion_window_days}."
  }
}
