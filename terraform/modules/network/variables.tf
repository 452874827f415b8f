variable "place" {
  description = "Where this environment lives: name prefix and region."
  type        = object({ prefix = string, region = string })
}

variable "more_endpoints" {
  description = "Services that somebody in the VPC calls beside those that everybody needs, and why."
  type        = map(string)
  default     = {}
}

variable "warehouse_zones" {
  description = "Zones that Redshift wants subnets in: 2 for a cluster, 3 for Serverless."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.warehouse_zones)
    error_message = "Redshift wants subnets in 2 or 3 zones; found ${var.warehouse_zones}."
  }
}

variable "cidr" {
  description = "Address range of the VPC, /16 to /24; the subnets are sixteenths of it."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 1)) && can(regex("/(1[6-9]|2[0-4])$", var.cidr))
    error_message = "The address range has the form 10.20.0.0/16, with 16 to 24 behind the slash; found ${var.cidr}."
  }
}
