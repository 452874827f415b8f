# Every file in datasets/ becomes one pipeline. Nothing else in terraform/ names a dataset.
# Only what AWS needs to know is read here; what the data means is judged by `stagecoach check`.
locals {
  declared = {
    for file in fileset(var.folder, "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${var.folder}/${file}"))
  }

  datasets = {
    for name, dataset in local.declared : name => {
      description = try(dataset.description, "")
      prefix      = try(dataset.source.prefix, "${name}/")
      format      = try(dataset.source.format, "csv")
      mode        = dataset.load.mode
      fetch       = try(dataset.source.fetch.schedule, null)
      redshift    = contains(keys(try(dataset.targets, {})), "redshift")
      reads_clean = can(dataset.source.sql) || anytrue([for column in try(dataset.columns, []) : can(column.lookup)])
      size        = merge(local.default_size, try(dataset.size, {}))
    }
  }

  default_size = { worker_type = "G.1X", workers = 2, writer = "copy" }

  misnamed = [for name, dataset in local.declared : name if try(dataset.name, name) != name]

  # COPY's role may write there, whatever people UNLOAD.
  reserved = setintersection(keys(local.datasets), ["unload"])

  # The sheets of one workbook are datasets of one prefix.
  sheets = {
    for name, dataset in local.declared : name => {
      prefix = local.datasets[name].prefix
      sheet  = try(dataset.source.xlsx.sheet, "")
    } if local.datasets[name].format == "xlsx"
  }

  workbooks = [
    for pair in setproduct(keys(local.sheets), keys(local.sheets)) : join(" and ", pair)
    if local.sheets[pair[0]].prefix == local.sheets[pair[1]].prefix && local.sheets[pair[0]].sheet != local.sheets[pair[1]].sheet
  ]

  overlapping = [
    for pair in setproduct(keys(local.datasets), keys(local.datasets)) : join(" and ", pair)
    if pair[0] != pair[1] && startswith(local.datasets[pair[0]].prefix, local.datasets[pair[1]].prefix) &&
    !contains(local.workbooks, join(" and ", pair))
  ]
}
