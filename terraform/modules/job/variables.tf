variable "place" {
  description = "Where this environment lives: account, partition and region."
  type        = object({ account = string, partition = string, region = string })
}

variable "job" {
  description = "Name of the job, what it does in one sentence, and its file below glue_jobs/ in the artefacts bucket."
  type        = object({ name = string, does = string, script = string })
}

variable "settings" {
  description = "Arguments of the job without their dashes: names, addresses and ARNs, never a secret."
  type        = map(string)

  validation {
    condition     = !anytrue([for name in keys(var.settings) : can(regex("PASSWORD|TOKEN|_KEY$", name))])
    error_message = "An argument holds no password, token or key; pass the ARN of a secret."
  }
}

variable "may" {
  description = "Statements of the job's policy, beside what every job needs."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))
}

variable "size" {
  description = "Worker type and number, timeout in minutes, and the connections that put the job into a VPC."
  type = object({
    worker_type     = optional(string, "G.1X")
    workers         = optional(number, 2)
    timeout_minutes = optional(number, 60)
    connections     = optional(list(string), [])
  })

  validation {
    condition     = contains(["G.1X", "G.2X", "G.4X", "G.8X"], var.size.worker_type)
    error_message = "size.worker_type is one of G.1X, G.2X, G.4X, G.8X; found ${var.size.worker_type}."
  }
  validation {
    condition     = var.size.workers >= 2
    error_message = "Glue wants two workers at least, a driver and an executor; found ${var.size.workers}."
  }
}

variable "runtime" {
  description = "What all jobs share: artefacts bucket, key, log retention in days, security configuration, alert topic."
  type = object({
    artefacts              = object({ name = string, arn = string })
    key_arn                = string
    log_days               = number
    security_configuration = string
    topic_arn              = string
  })
}
