variable "name" {
  description = "Name of the queue, and of the rules before it."
  type        = string
}

variable "rules" {
  description = "Which events arrive: by short name, what they are, and their EventBridge pattern as JSON or the clock's rate(..)."
  type        = map(object({ is = string, pattern = optional(string), every = optional(string) }))

  validation {
    condition     = alltrue([for rule in var.rules : (rule.pattern == null) != (rule.every == null)])
    error_message = "A rule has a pattern or a rate, and never both."
  }
  validation {
    condition     = alltrue([for rule in var.rules : rule.pattern == null || can(jsondecode(rule.pattern).source)])
    error_message = "A pattern is JSON and names its source, or the rule would match every event of the account."
  }
}

variable "function_arn" {
  description = "ARN of the function that takes the messages."
  type        = string
}

variable "timeout" {
  description = "Seconds that one call of the function may take."
  type        = number
}

variable "dead_letters" {
  description = "The function's dead-letter queue."
  type        = object({ arn = string, url = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts messages."
  type        = string
}

variable "topic_arn" {
  description = "Topic for alarms."
  type        = string
}
