variable "place" {
  description = "Where this environment lives: name prefix, account and region."
  type        = object({ prefix = string, account = string, region = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts messages of the topic."
  type        = string
}

variable "emails" {
  description = "Who gets alerts; AWS asks each address once to confirm."
  type        = set(string)

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "An alert address looks like data@example.org; found ${join(", ", var.emails)}."
  }
}

variable "datasets" {
  description = "Names of the datasets, for the dashboard."
  type        = set(string)
}

variable "queues" {
  description = "Short names of the queues, for the dashboard."
  type        = list(string)
}

variable "warehouse" {
  description = "Metrics of the warehouse for the dashboard, each as namespace, metric, dimension and its value; none without one."
  type        = list(list(string))
}

variable "functions" {
  description = "Short names of the functions, for the dashboard."
  type        = set(string)
}
