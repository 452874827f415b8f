# A shared place to try things on AWS: cheap, and nothing in it is dear to anybody.
env              = "dev"
database_ca_file = "../ca.pem" # the RDS bundle (docs/terraform.md), in .stagecoach/<env>/

database        = { class = "db.t4g.medium", storage_gb = 20 }
database_safety = { deletion_protection = false, final_snapshot = false, backup_days = 3 }

# As in prod, but one node, and asleep at night and on Saturday and Sunday: 12 of 24 hours cost, on 5 days of 7.
warehouse = {
  kind = "provisioned"
  provisioned = {
    snapshot_days  = 1
    final_snapshot = false
    awake          = { from = "cron(0 6 ? * MON-FRI *)", until = "cron(0 18 ? * MON-FRI *)" }
  }
}

athena            = { scan_gb = 10, keep_days = 3 } # 5 cents for the dearest query
keep              = { archive_after_days = 30, noncurrent_days = 30 }
force_destroy     = true
key_deletion_days = 7
log_days          = 90
alert_emails      = ["data-dev@example.org"]
