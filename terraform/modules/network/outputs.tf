output "functions" {
  description = "Where functions run: private subnets and their security group."
  value = {
    subnet_ids         = values(aws_subnet.private)[*].id
    security_group_ids = [aws_security_group.this["functions"].id]
  }
}

output "database" {
  description = "Where the database runs: private subnets and its security group."
  value = {
    subnet_ids         = values(aws_subnet.private)[*].id
    security_group_ids = [aws_security_group.this["database"].id]
  }
}

output "warehouse" {
  description = "Where Redshift runs: the VPC, its private subnets, and the prefix list of the S3 endpoint."
  value = {
    vpc_id            = aws_vpc.this.id
    subnet_ids        = concat(values(aws_subnet.private)[*].id, values(aws_subnet.warehouse)[*].id)
    s3_prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id
  }
}

output "connection" {
  description = "Name of the Glue connection that puts a job into the private subnets."
  value       = aws_glue_connection.this.name
}
