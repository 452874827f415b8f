output "queue" {
  description = "Name of the queue."
  value       = aws_sqs_queue.this.name
}

output "url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.this.id
}

output "may" {
  description = "What a role needs in order to take messages, or to leave one."
  value = {
    receive = [{
      sid       = "Receive"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      resources = [aws_sqs_queue.this.arn]
    }]
    send = [{ sid = "LeaveMessages", actions = ["sqs:SendMessage"], resources = [aws_sqs_queue.this.arn] }]
  }
}
