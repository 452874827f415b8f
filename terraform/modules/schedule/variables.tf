variable "name" {
  description = "Name of the rule."
  type        = string
}

variable "does" {
  description = "What happens at each turn, in one sentence."
  type        = string
}

variable "expression" {
  description = "When: rate(15 minutes) or cron(0 2 * * ? *)."
  type        = string

  validation {
    condition     = can(regex("^(rate|cron)\\(.+\\)$", var.expression))
    error_message = "A schedule is rate(..) or cron(..); found ${var.expression}."
  }
}

variable "function" {
  description = "The function that is called."
  type        = object({ name = string, arn = string })
}

variable "dead_letters" {
  description = "The function's dead-letter queue."
  type        = object({ arn = string, url = string })
}
