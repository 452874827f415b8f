# What people rely on: two zones, protected from haste.
env              = "prod"
database_ca_file = "../ca.pem" # the RDS bundle (docs/terraform.md), in .stagecoach/<env>/

database        = { class = "db.m7g.large", storage_gb = 100, multi_az = true }
database_safety = { deletion_protection = true, final_snapshot = true, backup_days = 14, monitoring_seconds = 60 }

keep              = { archive_after_days = 90, noncurrent_days = 90 }
force_destroy     = false
key_deletion_days = 30
log_days          = 365
alert_emails      = ["data@example.org"]
