"""The local Redshift: its SQL on PostgreSQL, its Data API, its clusters."""
