# The catalogue that Athena reads: a database, and one crawler per dataset over its clean folder.
locals {
  clean_crawler = yamldecode(file("${var.crawlers_folder}/clean.yaml"))
  glue_arn      = "arn:${var.place.partition}:glue:${var.place.region}:${var.place.account}"
  logs_arn      = "arn:${var.place.partition}:logs:${var.place.region}:${var.place.account}"
}

resource "aws_glue_catalog_database" "this" {
  name        = replace(var.place.prefix, "-", "_")
  description = "Clean zone of ${var.place.prefix}"
}

resource "aws_glue_security_configuration" "this" {
  name = var.place.prefix

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = var.key_arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.key_arn
    }

    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.key_arn
    }
  }
}

resource "aws_glue_crawler" "clean" {
  for_each = var.datasets

  name                   = "${var.place.prefix}-${each.key}"
  description            = "Registers clean/${each.key}/ for Athena"
  database_name          = aws_glue_catalog_database.this.name
  role                   = module.crawler_role.arn
  security_configuration = aws_glue_security_configuration.this.name
  table_prefix           = local.clean_crawler.table_prefix
  classifiers            = local.clean_crawler.classifiers
  configuration          = jsonencode(local.clean_crawler.configuration)

  s3_target {
    path       = "s3://${var.clean.name}/${each.key}/"
    exclusions = local.clean_crawler.exclusions
  }

  schema_change_policy {
    update_behavior = local.clean_crawler.schema_change_policy.update_behavior
    delete_behavior = local.clean_crawler.schema_change_policy.delete_behavior
  }

  recrawl_policy {
    recrawl_behavior = local.clean_crawler.recrawl_behavior
  }
}

module "crawler_role" {
  source = "../role"

  name        = "${var.place.prefix}-crawlers"
  description = "Crawlers of the clean zone of ${var.place.prefix}"
  service     = "glue"
  may = [
    { sid = "ListClean", actions = ["s3:ListBucket", "s3:GetBucketLocation"], resources = [var.clean.arn] },
    { sid = "ReadClean", actions = ["s3:GetObject"], resources = ["${var.clean.arn}/*"] },
    { sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [var.key_arn] },
    {
      sid     = "SecurityConfiguration"
      actions = ["glue:GetSecurityConfiguration"]
      # The action knows no resource of its own.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html
      resources = ["*"]
    },
    {
      sid = "Tables"
      actions = [
        "glue:BatchCreatePartition", "glue:BatchGetPartition", "glue:BatchUpdatePartition",
        "glue:CreatePartition", "glue:CreateTable", "glue:GetDatabase", "glue:GetPartition",
        "glue:GetPartitions", "glue:GetTable", "glue:GetTables", "glue:UpdatePartition", "glue:UpdateTable",
      ]
      resources = [
        "${local.glue_arn}:catalog",
        "${local.glue_arn}:database/${aws_glue_catalog_database.this.name}",
        "${local.glue_arn}:table/${aws_glue_catalog_database.this.name}/*",
      ]
    },
    {
      # Glue makes the group itself and puts role and security configuration into its name.
      # https://docs.aws.amazon.com/glue/latest/dg/console-security-configurations.html
      sid       = "Logs"
      actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
      resources = ["${local.logs_arn}:log-group:/aws-glue/crawlers*"]
    },
  ]
}
