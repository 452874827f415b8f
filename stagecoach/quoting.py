"""Names and texts as PostgreSQL and Redshift read them back."""

from __future__ import annotations


def quoted(name: str) -> str:
    """An identifier between double quotes, its own doubled."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def literal(text: str) -> str:
    """A text between quotes, its own doubled."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def redshift_literal(text: str) -> str:
    """A text as Redshift reads it back: a backslash escapes there."""
    return literal(text.replace("\\", "\\\\"))
