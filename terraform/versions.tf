terraform {
  required_version = ">= 1.11.0" # the S3 backend's own lock (use_lockfile)

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The bucket is a value of the environment: terraform init -backend-config=environments/dev.s3.tfbackend.
  # Locally the workbench lays a backend_override.tf beside links to these files (docs/terraform.md).
  backend "s3" {
    key          = "stagecoach/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

# Endpoint, region and credentials come from the environment, here and on AWS alike.
provider "aws" {
  default_tags {
    tags = {
      Project     = "stagecoach"
      Environment = var.env
    }
  }
}
