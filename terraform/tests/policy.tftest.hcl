# The controls that a scanner of files cannot see, asked of what the modules really make.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  datasets_folder  = "tests/fixtures/plain"
  build_folder     = "tests/fixtures/build"
  database_ca_file = "tests/fixtures/ca.pem"
  key_arn          = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  topic_arn        = "arn:aws:sns:eu-west-1:111122223333:alerts"
  place            = { prefix = "stagecoach-test", account = "111122223333", partition = "aws", region = "eu-west-1" }
  network          = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
  dead_letters     = { arn = "arn:aws:sqs:eu-west-1:111122223333:dead", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/dead" }
}

run "every_bucket_is_private_encrypted_versioned_and_tls_only" {
  module {
    source = "./modules/lake"
  }

  variables {
    keep          = { archive_after_days = 90, noncurrent_days = 30 }
    force_destroy = false
  }

  assert {
    condition     = keys(aws_s3_bucket.zone) == ["artefacts", "clean", "landing", "pinned", "rejected"]
    error_message = "The lake has five zones."
  }
  assert {
    condition = alltrue([
      for policy in aws_s3_bucket_policy.zone : alltrue([
        jsondecode(policy.policy).Statement[0].Effect == "Deny",
        jsondecode(policy.policy).Statement[0].Condition == { NumericLessThan = { "s3:TlsVersion" = "1.2" } },
        jsondecode(policy.policy).Statement[1].Effect == "Deny",
        jsondecode(policy.policy).Statement[1].Condition == { Bool = { "aws:SecureTransport" = "false" } },
        length(jsondecode(policy.policy).Statement[1].Resource) == 2,
      ])
    ])
    error_message = "Every bucket refuses plain HTTP and TLS below 1.2, for itself and its objects."
  }
  assert {
    condition     = alltrue([for version in aws_s3_bucket_versioning.zone : version.versioning_configuration[0].status == "Enabled"])
    error_message = "A delivery is a version, so every bucket keeps versions."
  }
  assert {
    condition = alltrue([
      for block in aws_s3_bucket_public_access_block.zone :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "No bucket is public in any way."
  }
  assert {
    condition = {
      for zone, lifecycle in aws_s3_bucket_lifecycle_configuration.zone : zone => one([
        for transition in lifecycle.rule[0].transition : "${transition.storage_class} after ${transition.days}"
      ])
      } == {
      artefacts = null
      clean     = "INTELLIGENT_TIERING after 0"
      landing   = "GLACIER_IR after 90"
      pinned    = "GLACIER_IR after 90"
      rejected  = "GLACIER_IR after 90"
    }
    error_message = "Landing, pinned and rejected objects go to Glacier; of the clean ones S3 keeps at hand what is read."
  }
  assert {
    condition = alltrue([
      for lifecycle in aws_s3_bucket_lifecycle_configuration.zone :
      length(lifecycle.rule[0].expiration) == 0 && lifecycle.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30
    ])
    error_message = "Nothing that is current expires: the lake is the audit trail."
  }
  assert {
    condition     = aws_s3_bucket_notification.landing.eventbridge
    error_message = "What lands is told to EventBridge."
  }
  assert {
    condition = toset(keys(aws_s3_object.built)) == toset(concat(
      ["glue_jobs/migrate_table.py", "glue_jobs/stage.py", "stagecoach.zip"],
      [for name in ["arrive", "fetch", "ledger", "migrate", "publish", "settle", "sweep"] : "lambda/${name}.zip"],
    ))
    error_message = "What the build wrote is uploaded under the same keys."
  }
}

run "only_the_rule_may_send_and_what_fails_is_kept" {
  module {
    source = "./modules/arrivals"
  }

  variables {
    name         = "stagecoach-test-arrive"
    function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:arrive"
    timeout      = 120
    rules        = { object = { is = "An object landed", pattern = "{\"source\":[\"aws.s3\"]}" } }
  }

  assert {
    condition = alltrue([
      for policy in aws_sqs_queue_policy.this :
      jsondecode(policy.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == [aws_cloudwatch_event_rule.this["object"].arn]
    ])
    error_message = "Only our own rule may send to a queue."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount == 5
    error_message = "After five tries a message is a dead letter."
  }
  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds >= 720
    error_message = "A message stays hidden for six times the function's timeout."
  }
  assert {
    condition     = aws_sqs_queue.this.kms_master_key_id == var.key_arn
    error_message = "Messages are encrypted with our key."
  }
  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.this : one(target.dead_letter_config).arn == var.dead_letters.arn])
    error_message = "What the rule cannot deliver is a dead letter too."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "One bad message does not bring nine good ones back."
  }
}

run "a_pattern_must_name_its_source" {
  command = plan

  module {
    source = "./modules/arrivals"
  }

  variables {
    name         = "stagecoach-test-arrive"
    function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:arrive"
    timeout      = 120
    rules        = { all = { is = "Everything", pattern = "{}" } }
  }

  expect_failures = [var.rules]
}

run "the_clock_calls_the_function_itself" {
  module {
    source = "./modules/arrivals"
  }

  variables {
    name         = "stagecoach-test-publish"
    function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:publish"
    timeout      = 120
    rules = {
      staged = { is = "A load was applied", pattern = "{\"source\":[\"aws.glue\"]}" }
      clock  = { is = "Looks again", every = "rate(15 minutes)" }
    }
  }

  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.this["clock"].arn == var.function_arn,
      aws_cloudwatch_event_target.this["staged"].arn == aws_sqs_queue.this.arn,
    ])
    error_message = "Events wait in the queue; the clock does not, since its next turn does the same."
  }
  assert {
    condition     = keys(aws_lambda_permission.clock) == ["clock"]
    error_message = "Only the clock may call the function."
  }
}

run "a_rule_has_a_pattern_or_a_rate" {
  command = plan

  module {
    source = "./modules/arrivals"
  }

  variables {
    name         = "stagecoach-test-arrive"
    function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:arrive"
    timeout      = 120
    rules        = { both = { is = "Both", pattern = "{\"source\":[\"aws.s3\"]}", every = "rate(15 minutes)" } }
  }

  expect_failures = [var.rules]
}

run "nothing_is_open_to_an_address_range" {
  module {
    source = "./modules/network"
  }

  variables {
    cidr = "10.20.0.0/20"
  }

  assert {
    condition = alltrue([
      for rule in concat(values(aws_vpc_security_group_ingress_rule.call), values(aws_vpc_security_group_egress_rule.call)) :
      rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.referenced_security_group_id != null
    ])
    error_message = "Security groups let in and out other groups, never an address range."
  }
  assert {
    condition = alltrue([
      for call, rule in aws_vpc_security_group_ingress_rule.call :
      rule.from_port == rule.to_port || call == "workers of one job"
    ])
    error_message = "One port for each call; only the workers of one job find each other on any."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.s3 : rule.cidr_ipv4 == null && rule.to_port == 443])
    error_message = "S3 is reached through the gateway endpoint, not through the internet."
  }
  assert {
    condition     = length(aws_subnet.private) == 2 && alltrue([for subnet in aws_subnet.private : subnet.map_public_ip_on_launch != true])
    error_message = "Two private subnets in two zones."
  }
}

run "serverless_gets_a_third_zone_to_itself" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    cidr            = "10.20.0.0/20"
    warehouse_zones = 3
  }

  assert {
    condition     = keys(aws_subnet.warehouse) == ["eu-west-1c"] && keys(aws_route_table_association.warehouse) == ["eu-west-1c"]
    error_message = "The third subnet is routed like the others, and reaches S3."
  }
  assert {
    condition     = length(setunion(values(aws_subnet.private)[*].cidr_block, values(aws_subnet.warehouse)[*].cidr_block)) == 3
    error_message = "Subnets do not overlap."
  }
}

run "the_database_is_private_encrypted_and_protected_by_default" {
  module {
    source = "./modules/database"
  }

  variables {
    size = { class = "db.t4g.medium" }
  }

  assert {
    condition     = !aws_db_instance.this.publicly_accessible && aws_db_instance.this.storage_encrypted
    error_message = "The database is private and encrypted."
  }
  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "Secrets Manager makes the password; it is in no state file."
  }
  assert {
    condition = alltrue([
      aws_db_instance.this.deletion_protection,
      !aws_db_instance.this.skip_final_snapshot,
      aws_db_instance.this.backup_retention_period == 14,
    ])
    error_message = "Who says nothing gets production's protection."
  }
  assert {
    condition     = contains([for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"], "rds.force_ssl=1")
    error_message = "The database refuses connections without TLS."
  }
}
