"""Stagecoach: files land in S3; exactly once, their rows are in PostgreSQL and the catalogue."""
