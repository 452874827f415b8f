variable "place" {
  description = "Where this environment lives: name prefix, account, partition and region."
  type        = object({ prefix = string, account = string, partition = string, region = string })
}

variable "key_arn" {
  description = "The KMS key that encrypts what jobs and crawlers write."
  type        = string
}

variable "clean" {
  description = "Bucket of the clean zone."
  type        = object({ name = string, arn = string })
}

variable "datasets" {
  description = "Names of the datasets."
  type        = set(string)
}

variable "crawlers_folder" {
  description = "Folder with the crawlers' settings, clean.yaml."
  type        = string
}
