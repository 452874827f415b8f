# One role for one component: who may take it, and exactly what it may do.
resource "aws_iam_role" "this" {
  name        = var.name
  description = var.description

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      for key, value in {
        Effect    = "Allow"
        Principal = { Service = "${var.service}.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = var.trust_condition
      } : key => value if value != null
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "may"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in var.may : {
        for key, value in {
          Sid       = statement.sid
          Effect    = statement.effect
          Action    = statement.actions
          Resource  = statement.resources
          Condition = statement.condition
        } : key => value if value != null
      }
    ]
  })
}
