# The whole estate with Redshift and without, and with files that nobody sends.
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
    condition     = !contains(keys(output.functions), "fetch") && output.datasets.ports.fetched == null
    error_message = "What is sent is not fetched."
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

run "what_nobody_sends_is_fetched_by_the_clock" {
  variables {
    datasets_folder = "tests/fixtures/fetched"
  }

  assert {
    condition     = output.functions.fetch == "stagecoach-test-fetch" && output.datasets.trips.fetched == "rate(1 day)"
    error_message = "A dataset with source.fetch has somebody who fetches it."
  }
}

run "a_turn_tells_its_function_what_to_do" {
  command = plan

  module {
    source = "./modules/schedule"
  }

  variables {
    prefix       = "stagecoach-test"
    turns        = { fetch-trips = { does = "Fetches", expression = "rate(1 day)", input = "{\"dataset\":\"trips\"}" } }
    function     = { name = "stagecoach-test-fetch", arn = "arn:aws:lambda:eu-west-1:111122223333:function:stagecoach-test-fetch" }
    dead_letters = { arn = "arn:aws:sqs:eu-west-1:111122223333:dead", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/dead" }
  }

  assert {
    condition     = aws_cloudwatch_event_rule.this["fetch-trips"].name == "stagecoach-test-fetch-trips"
    error_message = "A rule is named by its turn."
  }
  assert {
    condition     = aws_cloudwatch_event_target.this["fetch-trips"].input == "{\"dataset\":\"trips\"}"
    error_message = "The function is told which dataset it is."
  }
}

run "what_meets_the_internet_is_outside_of_the_network" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    place    = { prefix = "stagecoach-test", account = "111122223333", partition = "aws", region = "eu-west-1" }
    function = { name = "fetch", does = "Fetches", online = true }
    code     = { bucket = "artefacts", key = "lambda/fetch.zip", version = "1", hash = "x" }
    settings = {}
    may      = []
    runtime = {
      key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
      log_days  = 30
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts"
      network   = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    }
  }

  assert {
    condition     = length(aws_lambda_function.this.vpc_config) == 0
    error_message = "The private subnets have no way out."
  }
}
