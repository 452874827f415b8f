# The workgroup decides what a query may do, and who asks gets no more than that.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  place          = { prefix = "stagecoach-test", account = "111122223333", partition = "aws", region = "eu-west-1" }
  key_arn        = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  clean          = { name = "clean", arn = "arn:aws:s3:::clean" }
  database       = "stagecoach_test"
  queries_folder = "tests/fixtures/queries"
  limits         = { scan_gb = 10, keep_days = 3 }
}

run "the_workgroup_decides_and_nobody_else" {
  module {
    source = "./modules/athena"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration
    error_message = "Settings of the one who asks do not count."
  }
  assert {
    condition     = aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 10000000000
    error_message = "A query that would scan more than it may is stopped."
  }
  assert {
    condition = (
      one(aws_athena_workgroup.this.configuration[0].result_configuration).output_location == "s3://${aws_s3_bucket.results.id}/results/" &&
      one(one(aws_athena_workgroup.this.configuration[0].result_configuration).encryption_configuration).kms_key_arn == var.key_arn
    )
    error_message = "Results go to our bucket, encrypted with our key."
  }
  assert {
    condition     = !aws_athena_workgroup.this.force_destroy
    error_message = "Who says nothing keeps the queries that people saved."
  }
}

run "results_are_private_encrypted_tls_only_and_forgotten" {
  module {
    source = "./modules/athena"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.results.block_public_acls,
      aws_s3_bucket_public_access_block.results.block_public_policy,
      aws_s3_bucket_public_access_block.results.ignore_public_acls,
      aws_s3_bucket_public_access_block.results.restrict_public_buckets,
    ])
    error_message = "The bucket is public in no way."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.results.policy).Statement[*].Condition == [{ NumericLessThan = { "s3:TlsVersion" = "1.2" } }, { Bool = { "aws:SecureTransport" = "false" } }]
    error_message = "It refuses plain HTTP and TLS below 1.2."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.results.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.key_arn
    error_message = "It is encrypted with our key."
  }
  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.results.rule[0].expiration).days == 3
    error_message = "Results are forgotten."
  }
}

run "a_file_is_a_named_query_of_the_workgroup" {
  module {
    source = "./modules/athena"
  }

  assert {
    condition = (
      keys(aws_athena_named_query.this) == ["counted"] &&
      aws_athena_named_query.this["counted"].description == "How many rows there are" &&
      aws_athena_named_query.this["counted"].workgroup == aws_athena_workgroup.this.id &&
      aws_athena_named_query.this["counted"].database == "stagecoach_test" &&
      endswith(aws_athena_named_query.this["counted"].query, "from ports_current")
    )
    error_message = "A file is a query, its header what it says, without the semicolon."
  }
}

run "a_project_without_queries_has_none" {
  command = plan

  module {
    source = "./modules/athena"
  }

  variables {
    queries_folder = "tests/fixtures/nowhere"
  }

  assert {
    condition     = length(aws_athena_named_query.this) == 0
    error_message = "A folder that is missing holds no query."
  }
}

run "who_may_ask_may_change_nothing" {
  module {
    source = "./modules/athena"
  }

  assert {
    condition = alltrue([
      for one in jsondecode(aws_iam_policy.read.policy).Statement :
      one.Effect == "Allow" && !contains(one.Resource, "*") && alltrue([for action in one.Action : !strcontains(action, "*")])
    ])
    error_message = "Actions and resources are named one by one."
  }
  assert {
    condition = toset(flatten([
      for one in jsondecode(aws_iam_policy.read.policy).Statement : one.Resource
      if length(setintersection(one.Action, ["s3:PutObject", "s3:DeleteObject", "glue:UpdateTable", "glue:CreateTable"])) > 0
    ])) == toset(["${aws_s3_bucket.results.arn}/results/*"])
    error_message = "Only results are written."
  }
}

run "a_limit_is_a_limit" {
  command = plan

  module {
    source = "./modules/athena"
  }

  variables {
    limits = { scan_gb = 0 }
  }

  expect_failures = [var.limits]
}
