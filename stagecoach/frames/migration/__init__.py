"""A whole table of PostgreSQL goes to Redshift: one snapshot, Parquet, one transaction."""
