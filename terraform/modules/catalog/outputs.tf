output "database" {
  description = "Name of the Glue database."
  value       = aws_glue_catalog_database.this.name
}

output "security_configuration" {
  description = "Name of the security configuration that jobs and crawlers run under."
  value       = aws_glue_security_configuration.this.name
}

output "crawlers" {
  description = "Crawler name by dataset."
  value       = { for dataset, crawler in aws_glue_crawler.clean : dataset => crawler.name }
}

output "may" {
  description = "What a role needs in order to start loads, and to see how they ended."
  value = {
    # By prefix: one ARN per dataset would pass IAM's 10,240 characters at about a hundred datasets.
    start_loads = [{
      sid       = "StartLoads"
      actions   = ["glue:StartWorkflowRun", "glue:GetWorkflowRun", "glue:GetWorkflowRuns"]
      resources = ["${local.glue_arn}:workflow/${var.place.prefix}-*"]
    }]
    see_jobs = [{
      sid       = "SeeJobs"
      actions   = ["glue:GetJobRun", "glue:GetJobRuns"]
      resources = ["${local.glue_arn}:job/${var.place.prefix}-*"]
    }]
    # What the live tables hold, for Athena; the crawler's own tables are out of reach.
    keep_current = [{
      sid = "KeepCurrent"
      actions = [
        "glue:BatchCreatePartition", "glue:BatchDeletePartition", "glue:BatchUpdatePartition", "glue:CreateTable",
        "glue:DeleteTable", "glue:GetPartitions", "glue:GetTable", "glue:UpdateTable",
      ]
      resources = [
        "${local.glue_arn}:catalog",
        "${local.glue_arn}:database/${aws_glue_catalog_database.this.name}",
        "${local.glue_arn}:table/${aws_glue_catalog_database.this.name}/*_current",
      ]
    }]
    see_tables = [{
      sid     = "SeeTables"
      actions = ["glue:GetTable"]
      resources = [
        "${local.glue_arn}:catalog",
        "${local.glue_arn}:database/${aws_glue_catalog_database.this.name}",
        "${local.glue_arn}:table/${aws_glue_catalog_database.this.name}/*",
      ]
    }]
  }
}
