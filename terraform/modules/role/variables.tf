variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = length(var.name) <= 64
    error_message = "A role's name has at most 64 characters; ${var.name} has ${length(var.name)}. Shorten the dataset's name."
  }
}

variable "description" {
  description = "What takes this role, in one sentence."
  type        = string
}

variable "service" {
  description = "The service that takes the role: lambda, glue, monitoring.rds, redshift or scheduler.redshift."
  type        = string

  validation {
    condition     = contains(["lambda", "glue", "monitoring.rds", "redshift", "scheduler.redshift"], var.service)
    error_message = "The service is one of lambda, glue, monitoring.rds, redshift, scheduler.redshift."
  }
}

variable "trust_condition" {
  description = "When the service may take the role; null: always."
  type        = map(map(list(string)))
  default     = null
}

variable "may" {
  description = "Statements of the role's policy."
  type = list(object({
    sid       = string
    effect    = optional(string, "Allow")
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))

  validation {
    condition     = alltrue([for action in flatten(var.may[*].actions) : !strcontains(action, "*")])
    error_message = "A role names its actions one by one, without *."
  }
}
