# The whole estate with Redshift and without.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  env              = "test"
  datasets_folder  = "tests/fixtures/redshift"
  build_folder     = "tests/fixtures/build"
  database_ca_file = "tests/fixtures/ca.pem"
  database         = { class = "db.t4g.medium" }
  keep             = { archive_after_days = 90, noncurrent_days = 30 }
  alert_emails     = ["data@example.org"]
}

run "a_target_without_a_warehouse_fails_the_plan" {
  command = plan

  expect_failures = [output.warehouse]
}

run "without_redshift_nobody_publishes" {
  command = plan

  variables {
    datasets_folder = "tests/fixtures/plain"
  }

  assert {
    condition     = !contains(keys(output.functions), "publish") && keys(output.queues) == ["arrive", "settle"]
    error_message = "Neither the function publish nor its queue is there."
  }
  assert {
    condition     = output.warehouse == { kind = "none", settings = {}, endpoint = {} }
    error_message = "Nobody is told of a warehouse."
  }
}

run "with_redshift_somebody_publishes" {
  command = plan

  variables {
    warehouse = { kind = "serverless" }
  }

  assert {
    condition     = output.functions.publish == "stagecoach-test-publish" && output.queues.publish == "stagecoach-test-publish"
    error_message = "The function publish has a queue of its own."
  }
  assert {
    condition     = output.warehouse.settings.STAGECOACH_WAREHOUSE_WORKGROUP == "stagecoach-test"
    error_message = "Whoever publishes is told where."
  }
}
