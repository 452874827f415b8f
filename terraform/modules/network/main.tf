# A VPC without a way out: AWS is reached through endpoints, so there is no NAT and no internet gateway.
data "aws_availability_zones" "here" {
  state = "available"
}

locals {
  names      = data.aws_availability_zones.here.names
  zones      = { for number, zone in slice(local.names, 0, 2) : zone => number }
  more_zones = { for number, zone in slice(local.names, 2, var.warehouse_zones) : zone => number + 2 }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true # private names of the interface endpoints need it

  tags = { Name = var.place.prefix }
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 4, each.value)

  tags = { Name = "${var.place.prefix}-private-${each.key}" }
}

# For Redshift alone, so that endpoints are paid in two zones only.
resource "aws_subnet" "warehouse" {
  for_each = local.more_zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 4, each.value)

  tags = { Name = "${var.place.prefix}-warehouse-${each.key}" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.place.prefix}-private" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

resource "aws_route_table_association" "warehouse" {
  for_each = aws_subnet.warehouse

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

# Adopted only to empty it: whatever forgets to name a security group reaches nothing.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.place.prefix}-closed" }
}

# The door through which a Glue job enters the VPC.
resource "aws_glue_connection" "this" {
  name            = var.place.prefix
  description     = "Puts a job into the private subnets, beside the database"
  connection_type = "NETWORK"

  physical_connection_requirements {
    availability_zone      = keys(local.zones)[0]
    subnet_id              = aws_subnet.private[keys(local.zones)[0]].id
    security_group_id_list = [aws_security_group.this["jobs"].id]
  }
}
