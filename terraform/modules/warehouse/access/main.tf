# What Redshift of either kind reaches, and who reaches it.
resource "aws_security_group" "this" {
  name        = "${var.place.prefix}-warehouse"
  description = "Redshift"
  vpc_id      = var.network.vpc_id

  tags = { Name = "${var.place.prefix}-warehouse" }
}

# The only way out, which COPY and UNLOAD take with enhanced VPC routing. S3 itself asks KMS, and the audit
# log does not come from the VPC.
resource "aws_vpc_security_group_egress_rule" "s3" {
  description       = "COPY and UNLOAD, through the gateway endpoint only"
  security_group_id = aws_security_group.this.id
  prefix_list_id    = var.network.s3_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The Data API needs no way in.
resource "aws_vpc_security_group_ingress_rule" "reader" {
  for_each = var.readers

  description       = "Tools of people"
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 5439
  to_port           = 5439
}

resource "aws_cloudwatch_log_group" "audit" {
  for_each = toset(var.audit.streams)

  name              = "${var.audit.group}/${each.key}"
  retention_in_days = var.audit.days
  kms_key_id        = var.key_arn
}

locals {
  redshift_arn = "arn:${var.place.partition}:redshift:${var.place.region}:${var.place.account}"
}

module "role" {
  source = "../../role"

  name        = "${var.place.prefix}-warehouse"
  description = "COPY and UNLOAD of ${var.place.prefix}"
  service     = "redshift"

  # Else whoever may log in could name this role in a COPY of his own.
  # https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service-database-users.html
  trust_condition = {
    StringEquals = { "sts:ExternalId" = ["${local.redshift_arn}:dbuser:${var.place.prefix}/${var.loader}"] }
  }

  may = [
    {
      sid       = "ListBuckets"
      actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
      resources = [var.buckets.clean.arn, var.buckets.pinned.arn]
    },
    {
      sid     = "Copy"
      actions = ["s3:GetObject"]
      resources = [
        "${var.buckets.clean.arn}/*",
        "${var.buckets.pinned.arn}/*/copy.manifest",
        "${var.buckets.pinned.arn}/migrations/*",
      ]
    },
    { sid = "Unload", actions = ["s3:PutObject"], resources = ["${var.buckets.clean.arn}/unload/*"] },
    { sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [var.key_arn] },
  ]
}
