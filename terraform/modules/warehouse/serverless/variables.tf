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

  # https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-known-issues.html
  validation {
    condition     = length(var.access.subnet_ids) >= 3
    error_message = "Serverless wants subnets in three zones; found ${length(var.access.subnet_ids)}."
  }
}

variable "topic_arn" {
  description = "Topic for alarms."
  type        = string
}

variable "size" {
  description = "RPUs that it starts with and grows to, and RPU hours that a day and a month may cost."
  type = object({
    base_rpu  = number
    max_rpu   = number
    rpu_hours = object({ daily = number, monthly = number })
  })

  validation {
    condition     = var.size.base_rpu >= 8 && var.size.base_rpu <= 512 && var.size.base_rpu % 8 == 0
    error_message = "The base is 8 to 512 RPUs in steps of 8; found ${var.size.base_rpu}."
  }
  validation {
    condition     = var.size.max_rpu >= var.size.base_rpu && var.size.max_rpu % 8 == 0
    error_message = "The most is a multiple of 8 RPUs and not below the base of ${var.size.base_rpu}; found ${var.size.max_rpu}."
  }
  validation {
    condition     = var.size.rpu_hours.daily >= 1 && var.size.rpu_hours.monthly >= var.size.rpu_hours.daily
    error_message = "A day may cost 1 RPU hour or more, and a month no less than a day."
  }
}
