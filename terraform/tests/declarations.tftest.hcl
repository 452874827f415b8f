# The declarations module needs no provider, so these take no time.
run "defaults_are_filled_in" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/plain"
  }

  assert {
    condition     = output.datasets.ports.prefix == "ports/" && output.datasets.ports.format == "csv"
    error_message = "Without a source a dataset is CSV below its own name."
  }
  assert {
    condition     = output.datasets.ports.size == { worker_type = "G.1X", workers = 2, writer = "copy" }
    error_message = "Without a size a dataset gets two G.1X workers and COPY."
  }
  assert {
    condition     = output.datasets.ships.prefix == "fleet/ships/" && output.datasets.ships.size.workers == 5
    error_message = "What a declaration says is taken over, and the rest of its size is filled in."
  }
}

run "two_datasets_may_not_share_a_prefix" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/overlapping"
  }

  expect_failures = [output.datasets]
}

run "a_name_must_equal_its_file" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/misnamed"
  }

  expect_failures = [output.datasets]
}

run "redshift_is_asked_for_by_name" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/redshift"
  }

  assert {
    condition     = output.datasets.ports.redshift
    error_message = "A dataset with targets.redshift is bound for Redshift."
  }
}

run "what_is_unloaded_has_a_folder_of_its_own" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/reserved"
  }

  expect_failures = [output.datasets]
}

run "the_sheets_of_one_workbook_share_its_prefix" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/workbook"
  }

  assert {
    condition     = output.datasets.people.prefix == output.datasets.roles.prefix
    error_message = "Two sheets of one workbook are two datasets of one prefix."
  }
}

run "one_sheet_is_one_dataset" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/same_sheet"
  }

  expect_failures = [output.datasets]
}

run "marts_and_lookups_read_other_datasets" {
  command = plan

  module {
    source = "./modules/declarations"
  }

  variables {
    folder = "tests/fixtures/reading"
  }

  assert {
    condition     = { for name, dataset in output.datasets : name => dataset.reads_clean } == { ports = false, tonnage = true, visits = true }
    error_message = "A dataset with source.sql or with a look-up reads the clean rows of others, and no other does."
  }
}
