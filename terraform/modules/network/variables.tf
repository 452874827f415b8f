variable "place" {
  description = "Where this environment lives: name prefix and region."
  type        = object({ prefix = string, region = string })
}

variable "more_endpoints" {
  description = "Services that somebody in the VPC calls beside those that everybody needs, and why."
  type        = map(string)
  default     = {}
}

variable "cidr" {
  description = "Address range of the VPC, /16 to /24; the subnets are sixteenths of it."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 1)) && can(regex("/(1[6-9]|2[0-4])$", var.cidr))
    error_message = "The address range has the form 10.20.0.0/16, with 16 to 24 behind the slash; found ${var.cidr}."
  }
}
