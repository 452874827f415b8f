# Redshift of both kinds and none: the controls Redshift.* and RedshiftServerless.* of AWS Security Hub.
# tests/terraform/test_warehouse.py breaks each rule once, by its sentence.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts"
  place     = { prefix = "stagecoach-test", account = "111122223333", partition = "aws", region = "eu-west-1" }
  names     = { database = "stagecoach", admin = "stagecoach_admin" }
  network   = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2", "subnet-3"], s3_prefix_list_id = "pl-1" }
  buckets   = { for zone in ["clean", "pinned"] : zone => { name = zone, arn = "arn:aws:s3:::${zone}" } }
  runtime   = { log_days = 30, topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts" }
  access = {
    subnet_ids         = ["subnet-1", "subnet-2", "subnet-3"]
    security_group_ids = ["sg-1"]
    role_arn           = "arn:aws:iam::111122223333:role/stagecoach-test-warehouse"
    logged             = ["connectionlog", "userlog"]
  }
}

run "a_cluster_is_private_encrypted_and_logged" {
  module {
    source = "./modules/warehouse/provisioned"
  }

  variables {
    size = { node_type = "ra3.large", nodes = 1, snapshot_days = 14, final_snapshot = true }
  }

  assert {
    condition     = !aws_redshift_cluster.this.publicly_accessible
    error_message = "Redshift.1: the cluster is not public."
  }
  assert {
    condition     = contains([for one in aws_redshift_parameter_group.this.parameter : "${one.name}=${one.value}"], "require_ssl=true")
    error_message = "Redshift.2: the cluster refuses connections without TLS."
  }
  assert {
    condition     = aws_redshift_cluster.this.automated_snapshot_retention_period == 14
    error_message = "Redshift.3: the cluster makes snapshots and keeps them."
  }
  assert {
    condition = alltrue([
      aws_redshift_logging.this.log_destination_type == "cloudwatch",
      aws_redshift_logging.this.log_exports == toset(["connectionlog", "userlog"]),
    ])
    error_message = "Redshift.4: who connects and who becomes a user is logged; what people ask is not."
  }
  assert {
    condition     = aws_redshift_cluster.this.allow_version_upgrade
    error_message = "Redshift.6: the cluster takes new versions."
  }
  assert {
    condition     = aws_redshift_cluster.this.enhanced_vpc_routing
    error_message = "Redshift.7: COPY goes through the VPC."
  }
  assert {
    condition     = aws_redshift_cluster.this.master_username != "awsuser"
    error_message = "Redshift.8: the admin has another name than AWS gives it."
  }
  assert {
    condition     = aws_redshift_cluster.this.database_name != "dev"
    error_message = "Redshift.9: the database has another name than AWS gives it."
  }
  assert {
    condition     = aws_redshift_cluster.this.encrypted && aws_redshift_cluster.this.kms_key_id == var.key_arn
    error_message = "Redshift.10: tables and snapshots are encrypted with our key."
  }
  assert {
    condition = alltrue([
      aws_redshift_cluster.this.manage_master_password,
      aws_redshift_cluster.this.master_password_secret_kms_key_id == var.key_arn,
    ])
    error_message = "Secrets Manager makes the password of the cluster, and our key encrypts it."
  }
  assert {
    condition     = aws_redshift_cluster.this.master_password == null
    error_message = "No password is in a state file."
  }
  assert {
    condition     = !aws_redshift_cluster.this.skip_final_snapshot
    error_message = "A cluster that is destroyed leaves a snapshot."
  }
  assert {
    condition     = aws_redshift_cluster.this.availability_zone_relocation_enabled
    error_message = "The cluster survives its zone."
  }
  assert {
    condition     = aws_redshift_subnet_group.this.subnet_ids == toset(var.access.subnet_ids)
    error_message = "Redshift.16: the cluster has subnets in several zones."
  }
  assert {
    condition     = length(aws_redshift_scheduled_action.this) == 0
    error_message = "Nobody puts to sleep a cluster that has no schedule."
  }
  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.this : name => "${alarm.metric_name} ${alarm.comparison_operator} ${alarm.threshold}"
      } == {
      unhealthy = "HealthStatus LessThanThreshold 1"
      full      = "PercentageDiskSpaceUsed GreaterThanThreshold 80"
    }
    error_message = "People are told of a cluster that is sick or nearly full."
  }
}

run "serverless_is_private_encrypted_logged_and_limited" {
  module {
    source = "./modules/warehouse/serverless"
  }

  variables {
    size = { base_rpu = 8, max_rpu = 32, rpu_hours = { daily = 100, monthly = 1000 } }
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.this.enhanced_vpc_routing
    error_message = "RedshiftServerless.1: COPY goes through the VPC."
  }
  assert {
    condition     = contains([for one in aws_redshiftserverless_workgroup.this.config_parameter : "${one.parameter_key}=${one.parameter_value}"], "require_ssl=true")
    error_message = "RedshiftServerless.2: the workgroup refuses connections without TLS."
  }
  assert {
    condition     = !aws_redshiftserverless_workgroup.this.publicly_accessible
    error_message = "RedshiftServerless.3: the workgroup is not public."
  }
  assert {
    condition     = aws_redshiftserverless_namespace.this.kms_key_id == var.key_arn
    error_message = "RedshiftServerless.4: tables and snapshots are encrypted with our key."
  }
  assert {
    condition     = aws_redshiftserverless_namespace.this.admin_username != "admin"
    error_message = "RedshiftServerless.5: the admin has another name than AWS gives it."
  }
  assert {
    condition     = aws_redshiftserverless_namespace.this.log_exports == toset(["connectionlog", "userlog"])
    error_message = "RedshiftServerless.6: who connects and who becomes a user is logged; what people ask is not."
  }
  assert {
    condition     = aws_redshiftserverless_namespace.this.db_name != "dev"
    error_message = "RedshiftServerless.7: the database has another name than AWS gives it."
  }
  assert {
    condition = alltrue([
      aws_redshiftserverless_namespace.this.manage_admin_password,
      aws_redshiftserverless_namespace.this.admin_password_secret_kms_key_id == var.key_arn,
    ])
    error_message = "Secrets Manager makes the password of Serverless, and our key encrypts it."
  }
  assert {
    condition     = aws_redshiftserverless_workgroup.this.max_capacity == 32
    error_message = "Serverless grows to what it may and no further."
  }
  assert {
    condition = {
      for period, limit in aws_redshiftserverless_usage_limit.compute : period => "${limit.amount} ${limit.usage_type} ${limit.breach_action}"
    } == { daily = "100 serverless-compute deactivate", monthly = "1000 serverless-compute emit-metric" }
    error_message = "A day's use has an end, and a month's a warning."
  }
  assert {
    condition     = { for period, alarm in aws_cloudwatch_metric_alarm.spent : period => alarm.threshold } == { daily = 80, monthly = 800 }
    error_message = "People are told before the limit stops anything."
  }
  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.spent : alarm.dimensions.UsageType == "SERVERLESS_COMPUTE" && alarm.dimensions.Workgroup == "stagecoach-test"
    ])
    error_message = "The alarm looks at the metric as AWS names it."
  }
}

run "redshift_reaches_s3_and_nobody_reaches_redshift" {
  module {
    source = "./modules/warehouse/access"
  }

  variables {
    readers = []
    loader  = "stagecoach_admin"
    audit   = { group = "/aws/redshift/cluster/stagecoach-test", streams = ["connectionlog", "userlog"], days = 30 }
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.reader) == 0
    error_message = "Nobody reaches Redshift until readers are named."
  }
  assert {
    condition = alltrue([
      aws_vpc_security_group_egress_rule.s3.cidr_ipv4 == null,
      aws_vpc_security_group_egress_rule.s3.prefix_list_id == "pl-1",
      aws_vpc_security_group_egress_rule.s3.to_port == 443,
    ])
    error_message = "Redshift reaches S3, through the gateway endpoint, and nothing else."
  }
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.audit : group.kms_key_id == var.key_arn && group.retention_in_days == 30])
    error_message = "The audit log is encrypted, and kept as long as other logs."
  }
}

run "readers_come_by_one_port" {
  module {
    source = "./modules/warehouse/access"
  }

  variables {
    readers = ["10.8.0.0/16"]
    loader  = "stagecoach_admin"
    audit   = { group = "/aws/redshift/stagecoach-test", streams = [], days = 30 }
  }

  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.reader :
      rule.cidr_ipv4 == "10.8.0.0/16" && rule.from_port == 5439 && rule.to_port == 5439
    ])
    error_message = "Readers come from their addresses, to Redshift's port."
  }
}

run "the_internet_is_no_reader" {
  command = plan

  module {
    source = "./modules/warehouse/access"
  }

  variables {
    readers = ["0.0.0.0/0"]
    loader  = "stagecoach_admin"
    audit   = { group = "/aws/redshift/stagecoach-test", streams = [], days = 30 }
  }

  expect_failures = [var.readers]
}

run "a_cluster_sleeps_by_the_clock" {
  module {
    source = "./modules/warehouse/provisioned"
  }

  variables {
    size = {
      node_type = "ra3.large", nodes = 1, snapshot_days = 1, final_snapshot = false
      awake     = { from = "cron(0 6 ? * MON-FRI *)", until = "cron(0 18 ? * MON-FRI *)" }
    }
  }

  assert {
    condition = alltrue([
      aws_redshift_scheduled_action.this["pause"].schedule == "cron(0 18 ? * MON-FRI *)",
      length(one(aws_redshift_scheduled_action.this["pause"].target_action).pause_cluster) == 1,
      aws_redshift_scheduled_action.this["resume"].schedule == "cron(0 6 ? * MON-FRI *)",
      length(one(aws_redshift_scheduled_action.this["resume"].target_action).resume_cluster) == 1,
    ])
    error_message = "It is resumed when it shall be awake, and paused when it need not be."
  }
}

run "none_costs_nothing_and_offers_nothing" {
  module {
    source = "./modules/warehouse"
  }

  providers = { aws = aws }

  variables {
    size = { kind = "none" }
  }

  assert {
    condition     = length(output.settings) + length(output.may.run_statements) + length(output.metrics) + length(output.endpoint) == 0
    error_message = "Without a warehouse there are no settings, no rights and no metrics of one."
  }
}

run "a_cluster_is_offered_by_its_name" {
  module {
    source = "./modules/warehouse"
  }

  providers = { aws = aws }

  variables {
    size = { kind = "provisioned" }
  }

  assert {
    condition = output.settings == {
      STAGECOACH_WAREHOUSE_CLUSTER  = "stagecoach-test"
      STAGECOACH_WAREHOUSE_DATABASE = "stagecoach"
      STAGECOACH_WAREHOUSE_ROLE     = "arn:aws:iam::111122223333:role/mock"
      STAGECOACH_WAREHOUSE_SECRET   = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-redshift"
    }
    error_message = "Who loads is told the cluster, its database, the role and the secret."
  }
  assert {
    condition = alltrue([
      for statement in output.may.run_statements :
      statement.condition == { StringEquals = { "redshift-data:statement-owner-iam-userid" = ["$${aws:userid}"] } }
      if contains(statement.resources, "*")
    ])
    error_message = "Who runs statements runs them in this cluster, and sees nobody else's."
  }
  assert {
    condition     = output.may.run_statements[0].resources == ["arn:aws:redshift:eu-west-1:111122223333:cluster:mock"]
    error_message = "Statements run in this cluster only."
  }
}

run "serverless_is_offered_by_its_workgroup" {
  module {
    source = "./modules/warehouse"
  }

  providers = { aws = aws }

  variables {
    size = { kind = "serverless" }
  }

  assert {
    condition = output.settings == {
      STAGECOACH_WAREHOUSE_WORKGROUP = "stagecoach-test"
      STAGECOACH_WAREHOUSE_DATABASE  = "stagecoach"
      STAGECOACH_WAREHOUSE_ROLE      = "arn:aws:iam::111122223333:role/mock"
      STAGECOACH_WAREHOUSE_SECRET    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-serverless"
    }
    error_message = "Who loads is told the workgroup, its database, the role and the secret."
  }
  assert {
    condition     = startswith(output.may.run_statements[0].resources[0], "arn:aws:redshift-serverless:eu-west-1:111122223333:workgroup/")
    error_message = "Statements run in this workgroup only."
  }
}

run "there_are_three_kinds" {
  command = plan

  module {
    source = "./modules/warehouse"
  }

  providers = { aws = aws }

  variables {
    size = { kind = "dc2" }
  }

  expect_failures = [var.size]
}

run "a_retired_node_type_is_refused" {
  command = plan

  module {
    source = "./modules/warehouse/provisioned"
  }

  variables {
    size = { node_type = "dc2.large", nodes = 1, snapshot_days = 1, final_snapshot = false }
  }

  expect_failures = [var.size]
}

run "serverless_grows_in_steps_of_eight" {
  command = plan

  module {
    source = "./modules/warehouse/serverless"
  }

  variables {
    size = { base_rpu = 12, max_rpu = 32, rpu_hours = { daily = 100, monthly = 1000 } }
  }

  expect_failures = [var.size]
}

run "serverless_wants_three_zones" {
  command = plan

  module {
    source = "./modules/warehouse/serverless"
  }

  variables {
    size = { base_rpu = 8, max_rpu = 32, rpu_hours = { daily = 100, monthly = 1000 } }
    access = {
      subnet_ids         = ["subnet-1", "subnet-2"]
      security_group_ids = ["sg-1"]
      role_arn           = "arn:aws:iam::111122223333:role/stagecoach-test-warehouse"
      logged             = []
    }
  }

  expect_failures = [var.access]
}
