output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "code_hash" {
  description = "Hash of the code; another code has another."
  value       = aws_lambda_function.this.source_code_hash
}

output "timeout" {
  description = "Seconds that one call may take."
  value       = var.function.timeout
}

output "dead_letters" {
  description = "The dead-letter queue, for what calls this function."
  value       = { arn = aws_sqs_queue.dead.arn, url = aws_sqs_queue.dead.id }
}
