output "arn" {
  description = "ARN of the cluster."
  value       = aws_redshift_cluster.this.arn
}

output "where" {
  description = "The setting that says which cluster it is."
  value       = { STAGECOACH_WAREHOUSE_CLUSTER = aws_redshift_cluster.this.cluster_identifier }
}

output "identity" {
  description = "Identity of this very cluster; another one has another, even under the same name."
  value       = aws_redshift_cluster.this.cluster_namespace_arn
}

output "secret_arn" {
  description = "ARN of the secret with the admin's name and password."
  value       = aws_redshift_cluster.this.master_password_secret_arn
}

output "endpoint" {
  description = "Host and port for people's tools."
  value       = { host = aws_redshift_cluster.this.dns_name, port = aws_redshift_cluster.this.port }
}

output "metrics" {
  description = "What the dashboard shows of it."
  value = [
    for metric in ["CPUUtilization", "DatabaseConnections", "PercentageDiskSpaceUsed"] :
    ["AWS/Redshift", metric, "ClusterIdentifier", var.place.prefix]
  ]
}
