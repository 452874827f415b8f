# A shared place to try things on AWS: cheap, and nothing in it is dear to anybody.
env              = "dev"
database_ca_file = "../ca.pem" # the RDS bundle (docs/terraform.md), in .stagecoach/<env>/

database        = { class = "db.t4g.medium", storage_gb = 20 }
database_safety = { deletion_protection = false, final_snapshot = false, backup_days = 3 }

keep              = { archive_after_days = 30, noncurrent_days = 30 }
force_destroy     = true
key_deletion_days = 7
log_days          = 90
alert_emails      = ["data-dev@example.org"]
