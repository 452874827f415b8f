variable "prefix" {
  description = "Begins the name of every rule."
  type        = string
}

variable "turns" {
  description = "By name: what happens, when (rate(15 minutes) or cron(0 2 * * ? *)), and what the function is told, as JSON."
  type = map(object({
    does       = string
    expression = string
    input      = optional(string)
  }))

  validation {
    condition     = alltrue([for turn in var.turns : can(regex("^(rate|cron)\\(.+\\)$", turn.expression))])
    error_message = "A schedule is rate(..) or cron(..); found ${join(", ", [for turn in var.turns : turn.expression])}."
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
