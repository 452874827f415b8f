output "topic_arn" {
  description = "ARN of the topic for alerts, known only when alarms may publish to it."
  value       = aws_sns_topic.alerts.arn
  depends_on  = [aws_sns_topic_policy.alerts]
}

output "may" {
  description = "What a role needs in order to alert people."
  value = {
    publish = [{ sid = "Alert", actions = ["sns:Publish"], resources = [aws_sns_topic.alerts.arn] }]
  }
}
