output "workflow" {
  description = "Name of the workflow."
  value       = aws_glue_workflow.this.name
}

output "jobs" {
  description = "Names of the jobs in order of the flow."
  value       = [module.transform.name, module.stage.name]
}
