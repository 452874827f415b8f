# Who may talk to whom, by security group and never by address range.
locals {
  groups = {
    database  = "The database"
    endpoints = "The doors to AWS services"
    functions = "Lambda functions"
    jobs      = "Glue jobs inside the VPC"
  }

  clients = toset(["functions", "jobs"])
  servers = { database = 5432, endpoints = 443 }

  calls = merge(
    {
      for call in setproduct(local.clients, keys(local.servers)) :
      "${call[0]} to ${call[1]}" => {
        client = call[0]
        server = call[1]
        ports  = { from = local.servers[call[1]], to = local.servers[call[1]] }
      }
    },
    {
      # Driver and executors find each other on any port; Glue refuses a group without this rule.
      # https://docs.aws.amazon.com/glue/latest/dg/setup-vpc-for-glue-access.html
      "workers of one job" = { client = "jobs", server = "jobs", ports = { from = 0, to = 65535 } }
    },
  )
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.place.prefix}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.place.prefix}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "call" {
  for_each = local.calls

  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.client].id
  referenced_security_group_id = aws_security_group.this[each.value.server].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.ports.from
  to_port                      = each.value.ports.to
}

resource "aws_vpc_security_group_ingress_rule" "call" {
  for_each = local.calls

  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.server].id
  referenced_security_group_id = aws_security_group.this[each.value.client].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.ports.from
  to_port                      = each.value.ports.to
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  for_each = local.clients

  description       = "${each.key} to S3, through the gateway endpoint only"
  security_group_id = aws_security_group.this[each.key].id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

moved {
  from = aws_vpc_security_group_ingress_rule.job_workers
  to   = aws_vpc_security_group_ingress_rule.call["workers of one job"]
}

moved {
  from = aws_vpc_security_group_egress_rule.job_workers
  to   = aws_vpc_security_group_egress_rule.call["workers of one job"]
}
