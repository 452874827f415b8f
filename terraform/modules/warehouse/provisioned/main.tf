# A cluster: private, TLS only, its password made and kept by Secrets Manager. It costs by the hour.
resource "aws_redshift_subnet_group" "this" {
  name        = var.place.prefix
  description = "Private subnets of ${var.place.prefix}"
  subnet_ids  = var.access.subnet_ids
}

resource "aws_redshift_parameter_group" "this" {
  name        = "${var.place.prefix}-redshift1"
  family      = "redshift-1.0"
  description = "Settings of ${var.place.prefix}"

  parameter {
    name  = "require_ssl"
    value = "true"
  }
}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = var.place.prefix
  database_name      = var.names.database
  node_type          = var.size.node_type
  cluster_type       = var.size.nodes == 1 ? "single-node" : "multi-node"
  number_of_nodes    = var.size.nodes

  master_username                   = var.names.admin
  manage_master_password            = true
  master_password_secret_kms_key_id = var.key_arn

  cluster_subnet_group_name            = aws_redshift_subnet_group.this.name
  cluster_parameter_group_name         = aws_redshift_parameter_group.this.name
  vpc_security_group_ids               = var.access.security_group_ids
  iam_roles                            = [var.access.role_arn]
  publicly_accessible                  = false
  enhanced_vpc_routing                 = true
  availability_zone_relocation_enabled = true # at no price it moves to the other zone when its own fails
  encrypted                            = true
  kms_key_id                           = var.key_arn

  automated_snapshot_retention_period = var.size.snapshot_days
  skip_final_snapshot                 = !var.size.final_snapshot
  final_snapshot_identifier           = "${var.place.prefix}-final"
  allow_version_upgrade               = true
  preferred_maintenance_window        = "sun:04:00-sun:05:00"
}

resource "aws_redshift_logging" "this" {
  cluster_identifier   = aws_redshift_cluster.this.cluster_identifier
  log_destination_type = "cloudwatch"
  log_exports          = var.access.logged
}
