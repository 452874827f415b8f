# The flow of one dataset: start -> transform -> stage (and merge) -> crawl, one load at a time.
locals {
  name = "${var.place.prefix}-${var.dataset.name}"
}

resource "aws_glue_workflow" "this" {
  name                = local.name
  description         = "Loads ${var.dataset.name}, one delivery at a time"
  max_concurrent_runs = 1
}

# Starting a workflow run starts its ON_DEMAND trigger. Enabled, the provider would start it at apply.
# https://github.com/hashicorp/terraform-provider-aws/issues/42498
resource "aws_glue_trigger" "start" {
  name          = "${local.name}-start"
  workflow_name = aws_glue_workflow.this.name
  type          = "ON_DEMAND"
  enabled       = false

  actions {
    job_name = module.transform.name
  }
}

resource "aws_glue_trigger" "transformed" {
  name          = "${local.name}-transformed"
  workflow_name = aws_glue_workflow.this.name
  type          = "CONDITIONAL"

  predicate {
    conditions {
      job_name = module.transform.name
      state    = "SUCCEEDED"
    }
  }

  actions {
    job_name = module.stage.name
  }
}

resource "aws_glue_trigger" "staged" {
  name          = "${local.name}-staged"
  workflow_name = aws_glue_workflow.this.name
  type          = "CONDITIONAL"

  predicate {
    conditions {
      job_name = module.stage.name
      state    = "SUCCEEDED"
    }
  }

  actions {
    crawler_name = var.dataset.crawler
  }
}
