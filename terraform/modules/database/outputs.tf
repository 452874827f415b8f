output "host" {
  description = "Host name of the database."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port of the database."
  value       = aws_db_instance.this.port
}

output "name" {
  description = "Name of the database on its server."
  value       = aws_db_instance.this.db_name
}

output "secret_arn" {
  description = "ARN of the secret with username and password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "resource_id" {
  description = "Identity of this very instance; another one has another, even under the same name."
  value       = aws_db_instance.this.resource_id
}

output "may" {
  description = "What a role needs in order to connect."
  value = {
    read_secret = [{
      sid       = "ReadDatabaseSecret"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [aws_db_instance.this.master_user_secret[0].secret_arn]
    }]
  }
}
