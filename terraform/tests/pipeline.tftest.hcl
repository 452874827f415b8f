# The jobs and functions of the whole estate, as production's values make them.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  datasets_folder  = "tests/fixtures/plain"
  build_folder     = "tests/fixtures/build"
  database_ca_file = "tests/fixtures/ca.pem"

  settings = { STAGECOACH_ENV = "test", STAGECOACH_CLEAN = "clean" }
  place    = { prefix = "stagecoach-test", account = "111122223333", partition = "aws", region = "eu-west-1" }
  job      = { name = "stagecoach-test-ports-transform", does = "Reads ports", script = "transform.py" }
  may      = []
}

run "the_ledger_retries_and_not_glue" {
  module {
    source = "./modules/job"
  }

  variables {
    size = {}
    runtime = {
      artefacts              = { name = "artefacts", arn = "arn:aws:s3:::artefacts" }
      key_arn                = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
      log_days               = 30
      security_configuration = "stagecoach-test"
      topic_arn              = "arn:aws:sns:eu-west-1:111122223333:alerts"
    }
  }

  assert {
    condition     = aws_glue_job.this.max_retries == 0 && aws_glue_job.this.execution_property[0].max_concurrent_runs == 1
    error_message = "One run at a time, and Glue itself never retries."
  }
  assert {
    condition     = aws_glue_job.this.glue_version == "5.1" && aws_glue_job.this.security_configuration == "stagecoach-test"
    error_message = "Jobs run on Glue 5.1 under the security configuration."
  }
  assert {
    condition     = length(coalesce(aws_glue_job.this.connections, [])) == 0
    error_message = "A job is in the VPC only when it is told so."
  }
  assert {
    condition     = aws_glue_job.this.default_arguments["--STAGECOACH_CLEAN"] == "clean"
    error_message = "A job gets every setting as an argument of the same name."
  }
  assert {
    condition     = aws_glue_job.this.default_arguments["--extra-py-files"] == "s3://artefacts/stagecoach.zip"
    error_message = "A job brings our code."
  }
}

run "a_password_is_no_argument" {
  command = plan

  module {
    source = "./modules/job"
  }

  variables {
    size     = {}
    settings = { DATABASE_PASSWORD = "never" }
    runtime = {
      artefacts              = { name = "artefacts", arn = "arn:aws:s3:::artefacts" }
      key_arn                = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
      log_days               = 30
      security_configuration = "stagecoach-test"
      topic_arn              = "arn:aws:sns:eu-west-1:111122223333:alerts"
    }
  }

  expect_failures = [var.settings]
}

run "a_role_names_its_actions_one_by_one" {
  command = plan

  module {
    source = "./modules/role"
  }

  variables {
    name        = "mock"
    description = "A role that wants too much"
    service     = "glue"
    may         = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.may]
}

run "one_load_of_a_dataset_at_a_time_and_none_at_apply" {
  module {
    source = "./modules/pipeline"
  }

  variables {
    dataset  = { name = "ports", worker_type = "G.1X", workers = 2, reads_clean = false, crawler = "stagecoach-test-ports" }
    database = { secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mock-abcdef", connection = "stagecoach-test" }
    buckets  = { for zone in ["pinned", "clean", "rejected"] : zone => { name = zone, arn = "arn:aws:s3:::${zone}" } }
    runtime = {
      artefacts              = { name = "artefacts", arn = "arn:aws:s3:::artefacts" }
      key_arn                = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
      log_days               = 30
      security_configuration = "stagecoach-test"
      topic_arn              = "arn:aws:sns:eu-west-1:111122223333:alerts"
    }
  }

  assert {
    condition     = aws_glue_workflow.this.max_concurrent_runs == 1 && aws_glue_workflow.this.name == "stagecoach-test-ports"
    error_message = "A workflow runs once at a time."
  }
  assert {
    condition     = aws_glue_trigger.start.type == "ON_DEMAND" && !aws_glue_trigger.start.enabled
    error_message = "An enabled ON_DEMAND trigger would start a load at every apply."
  }
  assert {
    condition     = output.jobs == ["stagecoach-test-ports-transform", "stagecoach-test-ports-stage"]
    error_message = "Transform, then stage."
  }
  assert {
    condition = alltrue([
      one(one(aws_glue_trigger.staged.predicate).conditions).state == "SUCCEEDED",
      one(aws_glue_trigger.staged.actions).crawler_name == "stagecoach-test-ports",
    ])
    error_message = "Only what was staged well is crawled."
  }
}
