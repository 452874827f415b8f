output "rule_arns" {
  description = "ARN of each rule, by the name of the turn."
  value       = { for name, rule in aws_cloudwatch_event_rule.this : name => rule.arn }
}
