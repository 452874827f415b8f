locals {
  built = concat(values(module.provisioned), values(module.serverless)) # one or none
}

output "settings" {
  description = "Settings by which functions and jobs find the warehouse; empty where there is none."
  value = merge(flatten([
    for one in local.built : [
      one.where,
      {
        STAGECOACH_WAREHOUSE_DATABASE = local.names.database
        STAGECOACH_WAREHOUSE_SECRET   = one.secret_arn
        STAGECOACH_WAREHOUSE_ROLE     = module.access[var.size.kind].access.role_arn
      },
    ]
  ])...)
}

output "identity" {
  description = "Identity of this very warehouse; another one has another, even under the same name."
  value       = join("", local.built[*].identity)
}

output "endpoint" {
  description = "Host and port for people's tools, which reach it from size.readers; empty where there is none."
  value       = merge(local.built[*].endpoint...)
}

output "metrics" {
  description = "What the dashboard shows of it; empty where there is none."
  value       = concat([], local.built[*].metrics...)
}

output "may" {
  description = "What a role needs in order to run statements as the user that loads; empty where there is none."
  value = {
    run_statements = flatten([
      for one in local.built : [
        {
          sid       = "RunStatements"
          actions   = ["redshift-data:BatchExecuteStatement", "redshift-data:ExecuteStatement"]
          resources = [one.arn]
          condition = null
        },
        {
          # These know no resource, only whose the statement is: the role's id and the session's name, which
          # Lambda takes from the function. So a later call may ask for what an earlier one began.
          # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftdataapi.html
          sid       = "OwnStatements"
          actions   = ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"]
          resources = ["*"]
          condition = { StringEquals = { "redshift-data:statement-owner-iam-userid" = ["$${aws:userid}"] } }
        },
        {
          sid       = "ReadWarehouseSecret"
          actions   = ["secretsmanager:GetSecretValue"]
          resources = [one.secret_arn]
          condition = null
        },
      ]
    ])
  }
}
