# What people rely on: two zones, protected from haste.
env              = "prod"
database_ca_file = "../ca.pem" # the RDS bundle (docs/terraform.md), in .stagecoach/<env>/

database        = { class = "db.m7g.large", storage_gb = 100, multi_az = true }
database_safety = { deletion_protection = true, final_snapshot = true, backup_days = 14, monitoring_seconds = 60 }

# Two nodes that are always there, because analysts read all day, and because this kind is applied here and in
# dev every day; Serverless is only planned by tests. For a few queries a day, Serverless is cheaper (docs/terraform.md).
warehouse = { kind = "provisioned", provisioned = { nodes = 2, snapshot_days = 14, final_snapshot = true } }

athena            = { scan_gb = 200, keep_days = 7 } # one dollar for the dearest query
keep              = { archive_after_days = 90, noncurrent_days = 90 }
force_destroy     = false
key_deletion_days = 30
log_days          = 365
alert_emails      = ["data@example.org"]
