output "datasets" {
  description = "Every dataset by name: description, prefix, format, mode, when it is fetched if it is, Redshift or not, whether it reads other datasets' clean rows, and size, with the defaults filled in."
  value       = local.datasets

  precondition {
    condition     = length(local.misnamed) == 0
    error_message = "A dataset's name equals its file's name; this is not so in: ${join(", ", local.misnamed)}."
  }
  precondition {
    condition     = length(local.reserved) == 0
    error_message = "No dataset is called unload: clean/unload/ is where Redshift's UNLOAD writes."
  }
  precondition {
    condition     = length(local.overlapping) == 0
    error_message = "A key may belong to one dataset only, but these share a prefix: ${join("; ", local.overlapping)}."
  }
}
