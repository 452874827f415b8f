output "workgroup" {
  description = "Name of the workgroup."
  value       = aws_athena_workgroup.this.name
}

output "queries" {
  description = "Id of each named query, by its name."
  value       = { for name, query in aws_athena_named_query.this : name => query.id }
}

output "results" {
  description = "Name of the bucket where results are, for some days."
  value       = aws_s3_bucket.results.id
}

output "read_policy_arn" {
  description = "ARN of the policy that lets a role ask Athena about the clean zone."
  value       = aws_iam_policy.read.arn
}
