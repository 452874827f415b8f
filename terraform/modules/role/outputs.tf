output "arn" {
  description = "ARN of the role, known only when its policy is attached."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this]
}
