output "access" {
  description = "Subnets, security group, the role of COPY and UNLOAD, and what is logged, once it has a place."
  value = {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = [aws_security_group.this.id]
    role_arn           = module.role.arn
    logged             = keys(aws_cloudwatch_log_group.audit)
  }
  depends_on = [aws_cloudwatch_log_group.audit]
}
