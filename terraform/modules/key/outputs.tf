output "arn" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}

output "may" {
  description = "What a role needs in order to read and write what the key protects."
  value = {
    use = [{ sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [aws_kms_key.this.arn] }]
  }
}
