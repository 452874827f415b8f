variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "function" {
  description = "Short name, what it does, timeout in seconds, memory in MB, how many run at once (-1: any), whether it meets the internet."
  type = object({
    name        = string
    does        = string
    timeout     = optional(number, 60)
    memory_mb   = optional(number, 256)
    concurrency = optional(number, -1)
    online      = optional(bool, false)
  })

  validation {
    condition     = var.function.timeout >= 1 && var.function.timeout <= 900
    error_message = "Lambda runs for 1 to 900 seconds; found ${var.function.timeout}."
  }
}

variable "code" {
  description = "Where the code is: bucket, key, version, and its hash."
  type        = object({ bucket = string, key = string, version = string, hash = string })
}

variable "settings" {
  description = "Environment of the function: names, addresses and ARNs, never a secret."
  type        = map(string)

  validation {
    condition     = !anytrue([for name in keys(var.settings) : can(regex("PASSWORD|TOKEN|_KEY$", name))])
    error_message = "A setting holds no password, token or key; pass the ARN of a secret."
  }
}

variable "may" {
  description = "Statements of the function's policy, beside what every function needs."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))
}

variable "runtime" {
  description = "What all functions share: key, log retention in days, alert topic, private subnets and security group."
  type = object({
    key_arn   = string
    log_days  = number
    topic_arn = string
    network   = object({ subnet_ids = list(string), security_group_ids = list(string) })
  })
}
