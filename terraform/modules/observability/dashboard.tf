# Graphs in order of the flow. Names only, so the page can be there before the things are.
locals {
  jobs = [
    for pair in setproduct(var.datasets, ["transform", "stage"]) :
    "${var.place.prefix}-${pair[0]}-${pair[1]}"
  ]

  job_dimensions = ["JobRunId", "ALL", "Type", "count", "ObservabilityGroup", "error"]

  graphs = [for graph in local.all_graphs : graph if length(graph.metrics) > 0]

  all_graphs = [
    {
      title = "Arrivals: messages waiting, and given up"
      metrics = [
        for queue in flatten([for name in var.queues : [name, "${name}-dead"]]) :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${var.place.prefix}-${queue}"]
      ]
      stat = "Maximum"
    },
    {
      title = "Functions: errors"
      metrics = [
        for name in var.functions :
        ["AWS/Lambda", "Errors", "FunctionName", "${var.place.prefix}-${name}"]
      ]
      stat = "Sum"
    },
    {
      title = "Jobs: errors"
      metrics = [
        for job in local.jobs :
        concat(["Glue", "glue.error.ALL", "JobName", job], local.job_dimensions)
      ]
      stat = "Sum"
    },
    {
      title = "Database: load, connections, free storage"
      metrics = [
        for metric in ["CPUUtilization", "DatabaseConnections", "FreeStorageSpace"] :
        ["AWS/RDS", metric, "DBInstanceIdentifier", var.place.prefix]
      ]
      stat = "Average"
    },
    { title = "Warehouse", metrics = var.warehouse, stat = "Average" },
  ]

  widgets = [
    for place, graph in local.graphs : {
      type   = "metric"
      x      = 12 * (place % 2)
      y      = 6 * floor(place / 2)
      width  = 12
      height = 6
      properties = {
        title   = graph.title
        region  = var.place.region
        period  = 300
        stat    = graph.stat
        metrics = graph.metrics
      }
    }
  ]
}
