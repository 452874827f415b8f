variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "dataset" {
  description = "Name of the dataset, what Glue gives it, whether it is computed of other datasets' rows, and the crawler that ends its flow."
  type        = object({ name = string, worker_type = string, workers = number, reads_clean = bool, crawler = string })
}

variable "settings" {
  description = "Settings of the jobs, the same as the functions'."
  type        = map(string)
}

variable "buckets" {
  description = "Buckets by zone."
  type        = map(object({ name = string, arn = string }))
}

variable "database" {
  description = "How the stage job meets the database: the secret, and the connection into the VPC."
  type        = object({ secret_arn = string, connection = string })
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
