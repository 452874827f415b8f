locals {
  # An interface endpoint costs money by the hour and zone, so each has its reason.
  interface_endpoints = merge(var.more_endpoints, {
    glue           = "functions start workflows; a job reads its run properties"
    kms            = "a job with a security configuration encrypts what it writes"
    logs           = "a job inside the VPC writes its log"
    monitoring     = "a job inside the VPC reports its metrics"
    secretsmanager = "functions and the stage job read the database's secret"
    sns            = "functions send alerts"
  })
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.place.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]

  tags = { Name = "${var.place.prefix}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.place.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = values(aws_subnet.private)[*].id
  security_group_ids  = [aws_security_group.this["endpoints"].id]

  tags = { Name = "${var.place.prefix}-${each.key}", Why = each.value }
}
