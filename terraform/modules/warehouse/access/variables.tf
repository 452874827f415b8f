variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "key_arn" {
  description = "The KMS key of the objects and of the audit log."
  type        = string
}

variable "network" {
  description = "The VPC, its private subnets, and the prefix list of the S3 endpoint."
  type        = object({ vpc_id = string, subnet_ids = list(string), s3_prefix_list_id = string })
}

variable "buckets" {
  description = "Buckets by zone, clean and pinned at least."
  type        = map(object({ name = string, arn = string }))
}

variable "readers" {
  description = "Address ranges from which people's tools connect; none is the rule."
  type        = set(string)

  validation {
    condition     = alltrue([for range in var.readers : can(cidrhost(range, 0)) && can(regex("/([89]|[12][0-9]|3[0-2])$", range))])
    error_message = "Readers are address ranges from /8 to /32, such as 10.8.0.0/16; found ${join(", ", var.readers)}."
  }
}

variable "loader" {
  description = "The only database user that may take the role."
  type        = string
}

variable "audit" {
  description = "Where the audit log goes: start of the groups' names, one group for each stream, days that it is kept."
  type        = object({ group = string, streams = list(string), days = number })
}
