# A laptop: small, quick to build, quick to throw away.
env              = "local"
database_ca_file = "../ca.pem" # the local cloud writes it beside the Terraform state

database        = { class = "db.t4g.medium" }
database_safety = { deletion_protection = false, final_snapshot = false, backup_days = 1, monitoring_seconds = 0 }

# The kind that the local cloud has; ra3.large is the smallest node there is.
warehouse = { kind = "provisioned", provisioned = { snapshot_days = 1, final_snapshot = false } }

athena            = { scan_gb = 1, keep_days = 1 }
keep              = { archive_after_days = 30, noncurrent_days = 30 }
force_destroy     = true
key_deletion_days = 7
log_days          = 30
alert_emails      = ["operator@example.org"]
