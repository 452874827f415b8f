output "may" {
  description = "What a role needs in order to run the job and to see how it goes."
  value = {
    run = [{
      sid       = "RunJob"
      actions   = ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns"]
      resources = ["${local.glue_arn}:job/${var.job.name}"]
    }]
  }
}

output "name" {
  description = "Name of the job."
  value       = aws_glue_job.this.name
}
