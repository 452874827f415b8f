output "queue" {
  description = "Name of the queue."
  value       = aws_sqs_queue.this.name
}

output "may" {
  description = "What a role needs in order to take messages."
  value = {
    receive = [{
      sid       = "Receive"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      resources = [aws_sqs_queue.this.arn]
    }]
  }
}
