output "arn" {
  description = "ARN of the workgroup."
  value       = aws_redshiftserverless_workgroup.this.arn
}

output "where" {
  description = "The setting that says which workgroup it is."
  value       = { STAGECOACH_WAREHOUSE_WORKGROUP = aws_redshiftserverless_workgroup.this.workgroup_name }
}

output "identity" {
  description = "Identity of this very namespace; another one has another, even under the same name."
  value       = aws_redshiftserverless_namespace.this.namespace_id
}

output "secret_arn" {
  description = "ARN of the secret with the admin's name and password."
  value       = aws_redshiftserverless_namespace.this.admin_password_secret_arn
}

output "endpoint" {
  description = "Host and port for people's tools."
  value = {
    host = aws_redshiftserverless_workgroup.this.endpoint[0].address
    port = aws_redshiftserverless_workgroup.this.endpoint[0].port
  }
}

output "metrics" {
  description = "What the dashboard shows of it."
  value = [
    for metric in ["ComputeSeconds", "ComputeCapacity", "DatabaseConnections"] :
    ["AWS/Redshift-Serverless", metric, "Workgroup", var.place.prefix]
  ]
}
