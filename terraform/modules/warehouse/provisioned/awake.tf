# A cluster that sleeps costs its storage only. What is to be published meanwhile waits for it.
locals {
  turns = {
    for action, schedule in { resume = try(var.size.awake.from, null), pause = try(var.size.awake.until, null) } :
    action => schedule if schedule != null
  }
}

resource "aws_redshift_scheduled_action" "this" {
  for_each = local.turns

  name        = "${var.place.prefix}-${each.key}"
  description = "Cluster ${var.place.prefix}: ${each.key}"
  schedule    = each.value
  iam_role    = module.scheduler[each.key].arn

  target_action {
    dynamic "pause_cluster" {
      for_each = setintersection([each.key], ["pause"])

      content {
        cluster_identifier = aws_redshift_cluster.this.cluster_identifier
      }
    }

    dynamic "resume_cluster" {
      for_each = setintersection([each.key], ["resume"])

      content {
        cluster_identifier = aws_redshift_cluster.this.cluster_identifier
      }
    }
  }
}

module "scheduler" {
  for_each = local.turns
  source   = "../../role"

  name        = "${var.place.prefix}-warehouse-${each.key}"
  description = "The clock that lets cluster ${var.place.prefix} ${each.key}"
  service     = "scheduler.redshift"
  may = [{
    sid       = "Turn"
    actions   = ["redshift:${title(each.key)}Cluster"]
    resources = [aws_redshift_cluster.this.arn]
  }]
}
