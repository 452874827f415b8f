# PostgreSQL: private, TLS only, its password made and kept by Secrets Manager.
resource "aws_db_subnet_group" "this" {
  name        = var.place.prefix
  description = "Private subnets of ${var.place.prefix}"
  subnet_ids  = var.network.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.place.prefix}-postgres${var.size.version}"
  family      = "postgres${var.size.version}"
  description = "Settings of ${var.place.prefix}"

  dynamic "parameter" {
    for_each = {
      "rds.force_ssl"                       = "1"
      "log_statement"                       = "ddl" # never all: that logs data
      "log_min_duration_statement"          = "5000"
      "idle_in_transaction_session_timeout" = "600000"
    }

    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}

resource "aws_db_instance" "this" {
  identifier     = var.place.prefix
  engine         = "postgres"
  engine_version = var.size.version # the major; minors come by themselves
  db_name        = "stagecoach"

  instance_class        = var.size.class
  allocated_storage     = var.size.storage_gb
  max_allocated_storage = var.size.storage_gb * 4
  storage_type          = "gp3"
  multi_az              = var.size.multi_az

  username                            = "stagecoach_admin"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.key_arn
  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = var.network.security_group_ids
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"
  storage_encrypted      = true
  kms_key_id             = var.key_arn

  backup_retention_period   = var.safety.backup_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.safety.deletion_protection
  skip_final_snapshot       = !var.safety.final_snapshot
  final_snapshot_identifier = "${var.place.prefix}-final"

  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  monitoring_interval             = var.safety.monitoring_seconds
  monitoring_role_arn             = var.safety.monitoring_seconds > 0 ? module.monitoring_role.arn : null
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key_arn
}

module "monitoring_role" {
  source = "../role"

  name        = "${var.place.prefix}-database-monitoring"
  description = "RDS enhanced monitoring of ${var.place.prefix}"
  service     = "monitoring.rds"
  may = [{
    # The group is RDS's own and shared by every instance of the account.
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
    sid       = "Metrics"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["arn:${var.place.partition}:logs:${var.place.region}:${var.place.account}:log-group:RDSOSMetrics:*"]
  }]
}
