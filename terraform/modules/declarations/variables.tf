variable "folder" {
  description = "Folder of the declarations, one YAML file per dataset."
  type        = string
}
