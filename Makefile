# Every verb of this repository. CI runs the same targets and nothing else.
PYTHON := .venv/bin/python
STAGECOACH := .venv/bin/stagecoach
ENV ?= local
WORKERS ?= 4  # tests wait more than they work
.DEFAULT_GOAL := help
.PHONY: help setup demo test check build up down dashboard dashboard-test bench soak parity sql plan apply destroy fmt lock clean

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
setup:  ## Set up what is missing: Python environment, Java, PostgreSQL
	@python3 workbench/setup.py
demo: setup  ## Watch 336,776 real flights go from a file to a table (or SYSTEM=name: an example)
	@$(PYTHON) -m workbench.demo $(SYSTEM)
test: setup  ## Run every test
	@$(PYTHON) -m pytest -n $(WORKERS)
check: setup  ## Validate every declaration
	@$(STAGECOACH) check
build: setup  ## Build what ships: function zips, jobs, declarations, SQL
	@$(PYTHON) -m workbench.build
up: setup  ## Start the local cloud and apply Terraform to it
	@$(STAGECOACH) up
down:  ## Stop the local cloud; its data stays
	@$(STAGECOACH) down
dashboard: setup  ## Show the sales charts in Apache Superset, after `make demo SYSTEM=sales`
	@STAGECOACH_PROJECT=$${STAGECOACH_PROJECT:-examples/sales} $(STAGECOACH) dashboard
dashboard-test: setup  ## Install Superset and test its dashboard in a browser (chromium, chromium-driver)
	@$(PYTHON) -m workbench.dashboard.install && STAGECOACH_DASHBOARD_TEST=1 $(PYTHON) -m pytest tests/dashboards
bench: setup  ## Measure a whole load of 5.8 million rows against psql's copy
	@$(PYTHON) -m benchmarks
soak: setup  ## Kill things and send files at random, 200 times, and check the table each time
	@$(PYTHON) -m tests.end_to_end.soak && $(PYTHON) -m tests.end_to_end.soak_flights && STAGECOACH_RANDOM_RUNS=200 $(PYTHON) -m pytest -m "" tests/sql/test_machine.py tests/sql/test_drift_machine.py tests/parity/test_parity.py tests/workbench/test_bundled.py
parity: setup  ## Load the same files into PostgreSQL and Redshift and compare the tables
	@$(PYTHON) -m tests.parity
sql: build  ## Show where the SQL that will run can be read
	@find build/sql -name '*.sql' | sort
plan: setup  ## Show what Terraform would change (ENV=local, dev, prod)
	@$(PYTHON) -m workbench.infrastructure plan $(ENV)
apply: setup  ## Apply Terraform (ENV=local, dev, prod)
	@$(PYTHON) -m workbench.infrastructure apply $(ENV)
destroy: setup  ## Destroy what Terraform made (ENV=local, dev, prod)
	@$(PYTHON) -m workbench.infrastructure destroy $(ENV)
fmt: setup  ## Format Python and Terraform
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix . && terraform fmt -recursive terraform
lock:  ## Compile the two requirements.lock again from pyproject.toml and requirements.in
	@uv pip compile pyproject.toml --all-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock && uv pip compile workbench/dashboard/requirements.in --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o workbench/dashboard/requirements.lock
clean:  ## Remove what can be made again, but not .venv and not the local cloud's data
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis spark-warehouse metastore_db derby.log
